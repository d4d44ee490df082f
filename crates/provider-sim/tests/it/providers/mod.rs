//! One module a provider.

mod layers;
mod mailgun;
mod omnidim;
mod plivo;
mod sendgrid;
mod stripe;
mod synthflow;
mod telnyx;
mod twilio;
mod vobiz;
mod vonage;
mod workos;
