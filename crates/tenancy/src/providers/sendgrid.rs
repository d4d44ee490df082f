//! SendGrid: a parent account's subusers, in pages by offset, each a bare array, without a total or an order.
//!
//! Facts are from SendGrid's OpenAPI document unless another source is named.

use ::sendgrid::types::{ListSubuserRegion, Subuser};
use ::sendgrid::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OpenEnum, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    Regions, connected,
};
use crate::{
    Capabilities, Contact, Page, PageRequest, Paging, RankBy, StatedOrder, Status, StatusWord,
    Tenant,
};

const REGIONS: Regions = Regions(&[
    ("global", DEFAULT_BASE_URL),
    ("eu", "https://api.eu.sendgrid.com"),
]);

/// SendGrid.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "sendgrid",
    title: "SendGrid",
    account: "a parent account",
    tenants: "subusers",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "SENDGRID_API_KEY",
        secret: true,
        help: "an API key of the parent account",
        example: "",
    }],
    options: &[Regions::option(
        "the region of the API: `global` (unless stated) or `eu`",
        "eu",
    )],
    base_url: DEFAULT_BASE_URL,
    records: "",
    capabilities: Capabilities {
        default_page_size: 500,
        // Observed (github.com/sendgrid/sendgrid-python/issues/857). No document states a bound.
        largest_page: Some(500),
        // A third party's module says so, and rows of another one's tests are disabled. No parameter selects them.
        maybe_left_out: &["suspended"],
        // No document says that a page that is not full is the last one.
        maybe_cut: true,
        reports_status: true,
        ..Capabilities::new(
            Paging::Ranks {
                by: RankBy::Offset { largest: None },
                order: StatedOrder::Unstated,
            },
            "SendGrid, OpenAPI document, operation ListSubuser",
        )
    },
    final_codes: &[],
    advice: |call| {
        call.is_forbidden()
            .then_some("the key needs access to subusers, and the account a plan that has them")
    },
    connect: |settings| {
        let base_url = REGIONS.base_url(settings, &DESCRIPTOR)?;
        let credentials = Credentials::new(settings.credential("api_key")?);
        let client = Client::connect_with(base_url, credentials, &settings.transport)?;
        Ok(connected(Parent(client)))
    },
    normaliser: Normaliser::new::<Subusers>,
};

struct Parent(Client);

impl Endpoint for Parent {
    type Mapping = Subusers;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, request: &PageRequest) -> Download {
        let list = self.0.list_subuser().limit(request.size());
        let list = list.region(ListSubuserRegion::All).include_region(true);
        list.offset(request.offset()).stream()
    }
}

#[derive(Clone, Default)]
struct Subusers;

impl Mapping for Subusers {
    type Record = Subuser;
    type Envelope = Vec<Subuser>;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Subuser,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        // Other calls take the username, and both rows of the document's example have one `id`.
        let mut tenant = mapper.tenant("/username", sent.username)?;
        tenant.aliases = mapper.whole_number("/id", sent.id).into_iter().collect();
        if let Some(disabled) = sent.disabled {
            tenant.status = Some(match disabled {
                false => Status::Active,
                true => Status::Suspended,
            });
            tenant.status_detail = [("disabled".into(), StatusWord::Switch(disabled))].into();
        }
        tenant.contact = Contact::new(sent.email, None);
        if let Some(OpenEnum::Unknown(_)) = sent.region {
            mapper.unknown_value("/region");
        }
        Ok(tenant)
    }

    /// There is nothing beside the list. The `Link` header, which a general page promises, does not come
    /// (github.com/sendgrid/sendgrid-python/issues/857); where it leads on from the last page, the list is not complete.
    fn page(&self, _: &Envelope, _: &mut Page) {}
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    #[test]
    fn each_region_has_an_address_of_its_own() {
        for (region, address) in [
            (None, "https://api.sendgrid.com"),
            (Some("global"), "https://api.sendgrid.com"),
            (Some("eu"), "https://api.eu.sendgrid.com"),
        ] {
            let mut settings = Settings::new([("api_key", "key")]);
            let region = region.map(|region| ("region".to_owned(), region.to_owned()));
            settings.options = region.into_iter().collect();
            let settings = settings.completed(&DESCRIPTOR).unwrap();
            assert_eq!(REGIONS.base_url(&settings, &DESCRIPTOR).unwrap(), address);
        }
    }
}
