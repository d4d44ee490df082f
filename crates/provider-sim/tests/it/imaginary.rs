//! Imaginary providers, so that tests of what is general name no real one.

use provider_sim::{
    Account, Listed, Members, Page, PageSize, Paging, Parent, Provider, Refusal, Request,
    Simulated, Status, Tenant,
};

/// A provider that differs from others of its kind in its paging and its envelope alone.
pub(crate) struct Imaginary {
    pub(crate) paging: Paging,
    pub(crate) page: fn(&Parent, &Listed) -> Page,
}

impl Simulated for Imaginary {
    fn name(&self) -> &'static str {
        "imaginary"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("key", number.to_string())]
    }

    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        vec![("X-Key", parent.credential("key").to_owned())]
    }

    fn list_path(&self) -> &'static str {
        "/things"
    }

    fn paging(&self) -> Paging {
        self.paging
    }

    fn page(&self, parent: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        (self.page)(parent, listed)
    }

    fn knobs(&self) -> &'static [&'static str] {
        &["slow", "shy"]
    }

    fn filter(&self, _: &Parent, request: &Request) -> Result<Option<&'static [Status]>, String> {
        match request.query("status") {
            None => Ok(None),
            Some("active") => Ok(Some(&[Status::Active])),
            Some("archived") => Ok(Some(&[Status::Archived])),
            Some(other) => Err(format!("no status {other}")),
        }
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        refusal.message.clone()
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        format!("t{:08x}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let id = self.id(parent, number);
        let name = parent.dice(number).company(number);
        format!(r#"{{"id":"{id}","name":"{name}","status":"{status:?}"}}"#)
    }

    fn status(&self, record: &Members) -> Status {
        match record.text("status").as_deref() {
            Some("Suspended") => Status::Suspended,
            Some("Archived") => Status::Archived,
            None | Some("Active") => Status::Active,
            Some(_) => Status::Other,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("status", format!("\"{status:?}\""));
    }
}

pub(crate) const SIZE: PageSize = PageSize {
    parameter: "size",
    default: 4,
    max: Some(10),
};

/// An account whose list is one body.
pub(crate) fn whole(name: &str) -> Account {
    static RULES: Imaginary = Imaginary {
        paging: Paging::OneBody,
        page: |_, listed| {
            let page = Page::object().with_list("things");
            page.with_total("total", listed.total)
        },
    };
    Account::new(Provider::new(&RULES), name)
}

/// An account whose list has numbered pages, and a total.
pub(crate) fn numbered(name: &str) -> Account {
    static RULES: Imaginary = Imaginary {
        paging: Paging::Numbers {
            page: "page",
            first: 1,
            size: PageSize {
                default: 25,
                max: None,
                ..SIZE
            },
        },
        page: |_, listed| {
            Page::object()
                .with_list("things")
                .with_total("total", listed.total)
                .with("page", listed.page)
                .with("size", listed.size)
        },
    };
    Account::new(Provider::new(&RULES), name)
}

/// An account whose pages are chained by tokens.
pub(crate) fn chained(name: &str) -> Account {
    static RULES: Imaginary = Imaginary {
        paging: Paging::Token {
            token: "token",
            size: PageSize {
                default: 25,
                max: Some(200),
                ..SIZE
            },
        },
        page: |_, listed| {
            let page = Page::object().with_list("things");
            page.with_next("next", listed.next.as_deref())
        },
    };
    Account::new(Provider::new(&RULES), name)
}
