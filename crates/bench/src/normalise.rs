//! Turns bodies in memory into records: what a list costs without the network.

use serde_json::from_slice;

use crate::Failure;
use crate::arguments::{Normalise, Provider, Subject};
use crate::bodies::Bodies;
use crate::meter::{Allocated, Meter};
use crate::plain::{self, Body};

/// Normalises by a subject and prints what it cost.
pub(crate) fn run(what: &Normalise, allocated: Option<fn() -> Allocated>) -> Result<(), Failure> {
    let bodies = Bodies::open(&what.bodies)?.list()?;
    let mut meter = Meter::start(allocated);
    let mut done = Ok(());
    for _ in 0..what.passes.get() {
        counted_region(&mut || done = normalise(what, &bodies, &mut meter));
        std::mem::replace(&mut done, Ok(()))?;
    }
    println!(
        "{}",
        serde_json::to_string(&meter.stop(what.passes.get())?)?
    );
    Ok(())
}

/// Callgrind counts the instructions of this function and of all that it calls: it has to be one that has a name.
#[inline(never)]
fn counted_region(work: &mut dyn FnMut()) {
    work();
}

fn normalise(what: &Normalise, bodies: &[Vec<u8>], meter: &mut Meter) -> Result<(), Failure> {
    match (what.subject, what.provider) {
        (Subject::Ours, _) => Err("tenancy has no way yet to normalise bodies in memory".into()),
        (Subject::Plain, Provider::Omnidim) => {
            decode::<plain::OrganizationsWithUsers>(bodies, meter)
        }
        (Subject::Plain, Provider::Layers) => decode::<plain::Organizations>(bodies, meter),
        (Subject::Plain, Provider::Vobiz) => decode::<plain::SubAccounts>(bodies, meter),
        (Subject::Raw, Provider::Omnidim) => {
            decode::<omnidim_client::types::OrganizationList>(bodies, meter)
        }
        (Subject::Raw, Provider::Layers) => {
            decode::<layers_client::types::OrganizationList>(bodies, meter)
        }
        (Subject::Raw, Provider::Vobiz) => {
            decode::<vobiz_client::types::SubAccountList>(bodies, meter)
        }
    }
}

/// Decodes body by body, and hands on each body's records.
fn decode<B: Body>(bodies: &[Vec<u8>], meter: &mut Meter) -> Result<(), Failure> {
    for body in bodies {
        for record in from_slice::<B>(body)?.into_records() {
            meter.take(record);
        }
    }
    Ok(())
}
