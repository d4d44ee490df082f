//! Turns bodies in memory into records: what a list costs without the network.

use serde_json::from_slice;

use crate::Failure;
use crate::arguments::{Normalise, Provider, Subject};
use crate::bodies::Bodies;
use crate::drift::Records;
use crate::meter::{Allocated, Meter};
use crate::plain::{self, Body};
use crate::saved::{Saved, SavedListing};

/// How many bytes tenancy is given at once: what a connection has at a time.
pub(crate) const PIECE: usize = 64 * 1024;

/// One pass over the bodies.
type Normalisation<'a> = Box<dyn Fn(&mut Meter) -> Result<(), Failure> + 'a>;

/// Normalises by a subject and prints what it cost.
pub(crate) fn run(what: &Normalise, allocated: Option<fn() -> Allocated>) -> Result<(), Failure> {
    let bodies = Bodies::open(&what.bodies)?;
    let normalise: Normalisation<'_> = match what.subject {
        Subject::Plain | Subject::Raw => {
            let bodies = bodies.list()?;
            Box::new(move |meter| by_types(what, &bodies, meter))
        }
        Subject::Ours => {
            let saved = Saved::new(what.provider, &bodies)?;
            Box::new(move |meter| saved.normalise(what.threads, meter))
        }
        Subject::Bare | Subject::Noticed => {
            let records = Records::new(what.provider, &bodies)?;
            Box::new(move |meter| records.decode(what.subject, meter))
        }
        Subject::Listing => {
            let listing = SavedListing::new(what.provider, &bodies, what.threads)?;
            Box::new(move |meter| listing.list(meter))
        }
    };
    let mut meter = Meter::start(allocated);
    let mut done = Ok(());
    for _ in 0..what.passes.get() {
        counted_region(&mut || done = normalise(&mut meter));
        std::mem::replace(&mut done, Ok(()))?;
    }
    let sample = meter.stop(what.passes.get())?;
    println!("{}", serde_json::to_string(&sample)?);
    Ok(())
}

/// Callgrind counts the instructions of this function and of all that it calls: it has to be one that has a name.
#[inline(never)]
fn counted_region(work: &mut dyn FnMut()) {
    work();
}

/// Decodes into plain structs, or into the raw client's types.
fn by_types(what: &Normalise, bodies: &[Vec<u8>], meter: &mut Meter) -> Result<(), Failure> {
    match (what.subject, what.provider) {
        (Subject::Raw, Provider::Omnidim) => {
            decode::<omnidim_client::types::OrganizationList>(bodies, meter)
        }
        (Subject::Raw, Provider::Layers) => {
            decode::<layers_client::types::OrganizationList>(bodies, meter)
        }
        (Subject::Raw, Provider::Vobiz) => {
            decode::<vobiz_client::types::SubAccountList>(bodies, meter)
        }
        (_, Provider::Omnidim) => decode::<plain::OrganizationsWithUsers>(bodies, meter),
        (_, Provider::Layers) => decode::<plain::Organizations>(bodies, meter),
        (_, Provider::Vobiz) => decode::<plain::SubAccounts>(bodies, meter),
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
