//! Decodes record by record, with drift noticed or without: what noticing it costs.

use client_runtime::Decoded;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::Failure;
use crate::arguments::{Provider, Subject};
use crate::bodies::Bodies;
use crate::meter::Meter;
use crate::plain::Body;
use crate::told::Told;

/// The records of a list, each by itself.
pub(crate) struct Records {
    provider: Provider,
    texts: Vec<Box<RawValue>>,
}

impl Records {
    pub(crate) fn new(provider: Provider, bodies: &Bodies) -> Result<Self, Failure> {
        let mut texts = Vec::new();
        for body in bodies.list()? {
            texts.append(&mut match provider {
                Provider::Omnidim => split::<omnidim_client::types::OrganizationList, _>(&body)?,
                Provider::Layers => split::<layers_client::types::OrganizationList, _>(&body)?,
                Provider::Vobiz => split::<vobiz_client::types::SubAccountList, _>(&body)?,
            });
        }
        Ok(Self { provider, texts })
    }

    /// Hands all records to the meter, as the raw client's type has them.
    pub(crate) fn decode(&self, subject: Subject, meter: &mut Meter) -> Result<(), Failure> {
        match self.provider {
            Provider::Omnidim => {
                self.decode_as::<omnidim_client::types::Organization>(subject, meter)
            }
            Provider::Layers => {
                self.decode_as::<layers_client::types::Organization>(subject, meter)
            }
            Provider::Vobiz => self.decode_as::<vobiz_client::types::SubAccount>(subject, meter),
        }
    }

    fn decode_as<T: DeserializeOwned + Told>(
        &self,
        subject: Subject,
        meter: &mut Meter,
    ) -> Result<(), Failure> {
        for text in &self.texts {
            let text = text.get();
            meter.take(match subject {
                Subject::Noticed => Decoded::<T>::read(text).value?,
                _ => serde_json::from_str::<T>(text)?,
            });
        }
        Ok(())
    }
}

/// The texts of a body's records.
fn split<B, T>(body: &[u8]) -> Result<Vec<Box<RawValue>>, Failure>
where
    B: Body<Record = client_runtime::Record<T>>,
    T: DeserializeOwned,
    B::Record: Told,
{
    let records = serde_json::from_slice::<B>(body)?.into_records();
    Ok(records
        .iter()
        .map(|record| record.raw().to_owned())
        .collect())
}
