//! One account of the simulated providers: its credentials, its tenants, and the knobs for what the documents leave open.

use std::sync::Arc;
use std::time::Duration;

use crate::churn::Churn;
use crate::fault::{Fault, When};
use crate::generate::{Maker, Parent, number_of, uuid_of};
use crate::population::Population;
use crate::{Record, Request, demo};

/// An account to be served: a provider, credentials and a population of child tenants.
///
/// Without any setting it has no tenants, credentials that follow from its name, and behaves as its provider's document says.
pub struct Account {
    pub(crate) name: String,
    pub(crate) credentials: Credentials,
    pub(crate) settings: Settings,
    pub(crate) latency: Latency,
    pub(crate) faults: Vec<(When, Fault)>,
    pub(crate) churn: Vec<Churn>,
    tenants: Tenants,
}

/// A simulated provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Provider(pub(crate) Which);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Which {
    OmniDim,
    Layers,
    Vobiz,
}

/// How a list is cut into pages, and by which query parameters a client asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The whole list in one body.
    OneBody,
    /// A page number and a page size.
    Numbers {
        /// The parameter of the page number.
        page: &'static str,
        /// The parameter of the page size.
        size: &'static str,
    },
    /// An opaque token that leads to the next page.
    Token {
        /// The parameter of the token.
        token: &'static str,
        /// The parameter of the page size.
        size: &'static str,
    },
}

impl Provider {
    /// Every simulated provider.
    pub const ALL: &'static [Self] = &[
        Self(Which::OmniDim),
        Self(Which::Layers),
        Self(Which::Vobiz),
    ];

    /// The provider of that name.
    ///
    /// # Panics
    /// When there is none.
    pub fn named(name: &str) -> Self {
        match Self::ALL.iter().find(|provider| provider.name() == name) {
            Some(provider) => *provider,
            None => panic!("no provider {name:?} is simulated"),
        }
    }

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self.0 {
            Which::OmniDim => "omnidim",
            Which::Layers => "layers",
            Which::Vobiz => "vobiz",
        }
    }

    /// How its list is paged.
    pub fn paging(self) -> Paging {
        match self.0 {
            Which::OmniDim => Paging::OneBody,
            Which::Layers => Paging::Token {
                token: "cursor",
                size: "limit",
            },
            Which::Vobiz => Paging::Numbers {
                page: "page",
                size: "size",
            },
        }
    }
}

/// What a client must send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Credentials {
    /// OmniDim: `Authorization: Bearer …`.
    OmniDim {
        /// The key.
        api_key: String,
    },
    /// Layers: `Authorization: Bearer …`.
    Layers {
        /// The key, `lp_…`.
        api_key: String,
    },
    /// Vobiz: `X-Auth-ID` and `X-Auth-Token`, the first also in the path.
    Vobiz {
        /// The account's identity, `MA_…`.
        auth_id: String,
        /// Its secret.
        auth_token: String,
    },
}

impl Credentials {
    /// Whose credentials they are.
    pub(crate) fn provider(&self) -> Which {
        match self {
            Self::OmniDim { .. } => Which::OmniDim,
            Self::Layers { .. } => Which::Layers,
            Self::Vobiz { .. } => Which::Vobiz,
        }
    }

    pub(crate) fn auth_headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OmniDim { api_key } | Self::Layers { api_key } => {
                vec![("Authorization", format!("Bearer {api_key}"))]
            }
            Self::Vobiz {
                auth_id,
                auth_token,
            } => vec![
                ("X-Auth-ID", auth_id.clone()),
                ("X-Auth-Token", auth_token.clone()),
            ],
        }
    }
}

pub(crate) type Latency = Option<Arc<dyn Fn(&Request) -> Duration + Send + Sync>>;

enum Tenants {
    Generated { count: u32, seed: u64 },
    Given(Vec<Record>),
}

/// The knobs of one account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) forbidden: bool,
    pub(crate) gzip: bool,
    pub(crate) chunked: bool,
    pub(crate) default_size: Option<usize>,
    pub(crate) max_size: Option<usize>,
    pub(crate) hides_clamp: bool,
    pub(crate) shows_tokens: bool,
    pub(crate) active_only: ActiveOnly,
    pub(crate) sdk_errors: bool,
    pub(crate) key_cursors: bool,
    pub(crate) cursor_remembers_filter: bool,
    pub(crate) hides_archived: bool,
    pub(crate) omits_last_cursor: bool,
    /// So many requests in each window of this length.
    pub(crate) rate_limit: Option<(u64, Duration)>,
}

/// Which of Vobiz' two booleans `active_only` looks at; its documentation does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActiveOnly {
    /// `enabled` and `is_active`.
    #[default]
    Both,
    /// `enabled` alone.
    Enabled,
    /// `is_active` alone.
    IsActive,
}

impl Account {
    /// A reseller account at OmniDim.
    pub fn omnidim(name: impl Into<String>) -> Self {
        Self::with(name.into(), |number| Credentials::OmniDim {
            api_key: format!("omni_{number:016x}"),
        })
    }

    /// A parent organization at Layers, by a key with the scope `org:admin`.
    pub fn layers(name: impl Into<String>) -> Self {
        Self::with(name.into(), |number| Credentials::Layers {
            api_key: format!("lp_{number:016x}"),
        })
    }

    /// A main account at Vobiz.
    pub fn vobiz(name: impl Into<String>) -> Self {
        Self::with(name.into(), |number| Credentials::Vobiz {
            auth_id: format!("MA_{:08X}", number >> 32),
            auth_token: format!("token_{number:016x}"),
        })
    }

    /// An account at `provider`.
    pub fn new(provider: Provider, name: impl Into<String>) -> Self {
        match provider.0 {
            Which::OmniDim => Self::omnidim(name),
            Which::Layers => Self::layers(name),
            Which::Vobiz => Self::vobiz(name),
        }
    }

    fn with(name: String, credentials: impl Fn(u64) -> Credentials) -> Self {
        Self {
            credentials: credentials(number_of(&name)),
            name,
            settings: Settings::default(),
            latency: None,
            faults: Vec::new(),
            churn: Vec::new(),
            tenants: Tenants::Given(Vec::new()),
        }
    }

    /// `count` generated tenants; the same account name, count and seed give the same bytes. They are written only when they
    /// are sent, so a million of them is cheap.
    #[must_use]
    pub fn population(mut self, count: u32, seed: u64) -> Self {
        self.tenants = Tenants::Generated { count, seed };
        self
    }

    /// These tenants, in the order in which they are listed (Layers, Vobiz: newest first).
    #[must_use]
    pub fn records(mut self, records: impl IntoIterator<Item = Record>) -> Self {
        self.tenants = Tenants::Given(records.into_iter().collect());
        self
    }

    /// The hand-made tenants of the demonstration: few, but as varied as real ones.
    #[must_use]
    pub fn demo_records(self) -> Self {
        let records = demo::records(self.credentials.provider());
        self.records(records)
    }

    /// Requires `value` for the credential `key` instead of what follows from the name.
    ///
    /// # Panics
    /// When the provider has no such credential.
    #[must_use]
    pub fn credential(mut self, key: &str, value: impl Into<String>) -> Self {
        match (&mut self.credentials, key) {
            (Credentials::OmniDim { api_key }, "api_key")
            | (Credentials::Layers { api_key }, "api_key") => *api_key = value.into(),
            (Credentials::Vobiz { auth_id, .. }, "auth_id") => *auth_id = value.into(),
            (Credentials::Vobiz { auth_token, .. }, "auth_token") => *auth_token = value.into(),
            _ => panic!("no credential {key:?} at this provider"),
        }
        self
    }

    /// The credentials are right but not allowed to list: OmniDim's account is no reseller's, Layers' key lacks `org:admin`,
    /// Vobiz refuses. Every call is a 403.
    #[must_use]
    pub fn forbidden(mut self) -> Self {
        self.settings.forbidden = true;
        self
    }

    /// Bodies are compressed for clients that accept gzip.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.settings.gzip = true;
        self
    }

    /// All bodies are chunked; else only long ones are.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.settings.chunked = true;
        self
    }

    /// The page size where the client names none. Vobiz' documents say 25, their example shows 10, another tool 20.
    #[must_use]
    pub fn default_page_size(mut self, size: usize) -> Self {
        self.settings.default_size = Some(size);
        self
    }

    /// The server gives no more than `size` records a page, whatever was asked for. Vobiz echoes what it really used.
    #[must_use]
    pub fn max_page_size(mut self, size: usize) -> Self {
        self.settings.max_size = Some(size);
        self
    }

    /// Vobiz: the `size` that was asked for is echoed although fewer came.
    #[must_use]
    pub fn hides_clamp(mut self) -> Self {
        self.settings.hides_clamp = true;
        self
    }

    /// More than `requests` within a window of `window`, which begins with its first request, are a 429. Layers says in
    /// `Retry-After` how many seconds the window still lasts; the others' documents mention no such header, so they send none.
    #[must_use]
    pub fn rate_limit(mut self, requests: u64, window: Duration) -> Self {
        self.settings.rate_limit = Some((requests, window));
        self
    }

    /// Vobiz: generated records carry an `auth_token` that looks real, in place of `<redacted>`.
    #[must_use]
    pub fn shows_auth_tokens(mut self) -> Self {
        self.settings.shows_tokens = true;
        self
    }

    /// Vobiz: what `active_only=true` looks at.
    #[must_use]
    pub fn active_only(mut self, meaning: ActiveOnly) -> Self {
        self.settings.active_only = meaning;
        self
    }

    /// Vobiz: errors as its SDK's schema has them, `{"error": "text", "api_id"}`, not as its documentation shows them.
    #[must_use]
    pub fn sdk_errors(mut self) -> Self {
        self.settings.sdk_errors = true;
        self
    }

    /// Layers: cursors say after which organization to go on, so that nothing shifts under churn; else they are offsets.
    #[must_use]
    pub fn key_cursors(mut self) -> Self {
        self.settings.key_cursors = true;
        self
    }

    /// Layers: a call with a cursor and no `status` goes on under the filter that made the cursor; else it lists all states.
    #[must_use]
    pub fn cursor_remembers_filter(mut self) -> Self {
        self.settings.cursor_remembers_filter = true;
        self
    }

    /// Layers: a list without `status` leaves archived organizations out.
    #[must_use]
    pub fn hides_archived(mut self) -> Self {
        self.settings.hides_archived = true;
        self
    }

    /// Layers: `nextCursor` is absent at the end, not null.
    #[must_use]
    pub fn omits_last_cursor(mut self) -> Self {
        self.settings.omits_last_cursor = true;
        self
    }

    /// Every answer is delayed by this much. What it says is fixed when the request arrives.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        self.latency_by(move |_| latency)
    }

    /// Each answer is delayed by what `latency` says of its request. It runs while the server is locked: it must not call the
    /// [`Simulator`](crate::Simulator).
    #[must_use]
    pub fn latency_by(
        mut self,
        latency: impl Fn(&Request) -> Duration + Send + Sync + 'static,
    ) -> Self {
        self.latency = Some(Arc::new(latency));
        self
    }

    /// Answers with `fault` when `when` holds: the account's n-th request (`3`), a range of them (`1..=2`, `..`), or a [`When`].
    /// Of several that hold, the first added is taken.
    #[must_use]
    pub fn fault(mut self, when: impl Into<When>, fault: Fault) -> Self {
        self.faults.push((when.into(), fault));
        self
    }

    /// Changes the population when the account's requests have come that far.
    #[must_use]
    pub fn churn(mut self, churn: Churn) -> Self {
        self.churn.push(churn);
        self
    }

    /// The population as it begins; the account has none after that.
    pub(crate) fn take_population(&mut self) -> Population {
        let tenants = std::mem::replace(&mut self.tenants, Tenants::Given(Vec::new()));
        let own = number_of(&self.name);
        let maker = |seed| Maker {
            parent: self.parent(),
            seed,
            shows_tokens: self.settings.shows_tokens,
        };
        match tenants {
            Tenants::Generated { count, seed } => Population::generated(maker(seed ^ own), count),
            Tenants::Given(records) => Population::given(maker(own), records),
        }
    }

    fn parent(&self) -> Parent {
        match &self.credentials {
            Credentials::OmniDim { .. } => Parent::OmniDim {
                id: 5678,
                name: self.name.clone(),
            },
            Credentials::Layers { .. } => Parent::Layers {
                id: format!("org_{}", uuid_of(&self.name)),
            },
            Credentials::Vobiz { auth_id, .. } => Parent::Vobiz {
                auth_id: auth_id.clone(),
                id: 500_000 + number_of(&self.name) % 100_000,
            },
        }
    }
}
