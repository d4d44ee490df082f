//! One module a provider.

mod layers;
mod omnidim;
mod plivo;
mod twilio;
mod vobiz;
mod vonage;
