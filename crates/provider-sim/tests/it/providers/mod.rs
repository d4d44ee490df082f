//! One module a provider.

mod layers;
mod omnidim;
mod twilio;
mod vobiz;
mod vonage;
