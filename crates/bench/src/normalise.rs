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
    for _ in 0..what.passes.get() {
        match what.subject {
            Subject::Ours => {
                return Err("tenancy has no way yet to normalise bodies in memory".into());
            }
            Subject::Plain => match what.provider {
                Provider::Omnidim => decode::<plain::OrganizationsWithUsers>(&bodies, &mut meter)?,
                Provider::Layers => decode::<plain::Organizations>(&bodies, &mut meter)?,
                Provider::Vobiz => decode::<plain::SubAccounts>(&bodies, &mut meter)?,
            },
            Subject::Raw => match what.provider {
                Provider::Omnidim => {
                    decode::<omnidim_client::types::OrganizationList>(&bodies, &mut meter)?
                }
                Provider::Layers => {
                    decode::<layers_client::types::OrganizationList>(&bodies, &mut meter)?
                }
                Provider::Vobiz => {
                    decode::<vobiz_client::types::SubAccountList>(&bodies, &mut meter)?
                }
            },
        }
    }
    println!(
        "{}",
        serde_json::to_string(&meter.stop(what.passes.get())?)?
    );
    Ok(())
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
