//! One module a provider.

mod layers;
mod omnidim;
mod plivo;
mod synthflow;
mod twilio;
mod vobiz;
mod vonage;
mod workos;
