//! Synthflow: an agency's subaccounts, all in one body.
//!
//! Facts are from Synthflow's page "List subaccounts" unless another source is named.

use ::synthflow::types::{ListSubaccountsResponse200, Member as SentMember, Subaccount};
use ::synthflow::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    Regions, connected,
};
use crate::{Capabilities, Member, Page, PageRequest, Paging, Tenant};

/// The addresses on Synthflow's page "Create a subaccount".
const REGIONS: Regions = Regions(&[
    ("global", DEFAULT_BASE_URL),
    ("us", "https://api.us.synthflow.ai/v2"),
    ("eu", "https://api.eu.synthflow.ai/v2"),
]);

/// Synthflow.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "synthflow",
    title: "Synthflow",
    account: "an agency",
    tenants: "subaccounts",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "SYNTHFLOW_API_KEY",
        secret: true,
        help: "an API key of the agency's main account",
        example: "",
    }],
    options: &[Regions::option(
        "the region of the API: `global` (unless stated), `us` or `eu`",
        "eu",
    )],
    base_url: DEFAULT_BASE_URL,
    records: "/response/subaccounts",
    capabilities: Capabilities {
        maybe_cut: true,
        ..Capabilities::new(Paging::OneBody, "Synthflow, \"List subaccounts\"")
    },
    final_codes: &[],
    advice: |_| None,
    connect: |settings| {
        let base_url = REGIONS.base_url(settings, &DESCRIPTOR)?;
        let credentials = Credentials::new(settings.credential("api_key")?);
        let client = Client::connect_with(base_url, credentials, &settings.transport)?;
        Ok(connected(Agency(client)))
    },
    normaliser: Normaliser::new::<Subaccounts>,
};

struct Agency(Client);

impl Endpoint for Agency {
    type Mapping = Subaccounts;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, _: &PageRequest) -> Download {
        self.0.list_subaccounts().stream()
    }
}

#[derive(Clone, Default)]
struct Subaccounts;

impl Mapping for Subaccounts {
    type Record = Subaccount;
    type Envelope = ListSubaccountsResponse200;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Subaccount,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/subaccount_id", sent.subaccount_id)?;
        tenant.parent_id = sent.agency_id;
        tenant.name = sent.name;
        tenant.permissions = sent.permissions.map(Into::into);
        let members = sent.members;
        tenant.members = members.map(|members| members.into_iter().map(member).collect());
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        // `success` here, and `ok` in other answers of this API.
        page.read_status(envelope, "status");
    }
}

fn member(sent: SentMember) -> Member {
    Member {
        email: sent.email,
        ..Member::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    fn settings(options: &[&str], base_url: &str) -> Settings {
        let mut settings = Settings::new([("api_key", "key")]);
        let region = |name: &&str| ("region".to_owned(), (*name).to_owned());
        settings.options = options.iter().map(region).collect();
        settings.base_url = Some(base_url.to_owned());
        settings.completed(&DESCRIPTOR).unwrap()
    }

    #[test]
    fn each_region_has_an_address_of_its_own() {
        for (options, address) in [
            (&[] as &[&str], "https://api.synthflow.ai/v2"),
            (&["global"], "https://api.synthflow.ai/v2"),
            (&["us"], "https://api.us.synthflow.ai/v2"),
            (&["eu"], "https://api.eu.synthflow.ai/v2"),
        ] {
            let settings = settings(options, "");
            assert_eq!(REGIONS.base_url(&settings, &DESCRIPTOR).unwrap(), address);
        }
        let settings = settings(&[], "https://proxy.example");
        let address = REGIONS.base_url(&settings, &DESCRIPTOR).unwrap();
        assert_eq!(address, "https://proxy.example");
    }

    #[test]
    fn a_region_that_is_unknown_or_beside_an_address_is_refused() {
        for (region, base_url, reason) in [
            ("asia", "", "use one of global, us, eu"),
            ("eu", "https://proxy.example", "remove one of them"),
        ] {
            let settings = settings(&[region], base_url);
            let error = (DESCRIPTOR.connect)(&settings).err().unwrap();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
