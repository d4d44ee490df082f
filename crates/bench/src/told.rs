//! What a tenant tells of itself, as far as plain structs know it too.

use tenancy::{StatusWord, Tenant};

use crate::digest::Digest;

/// A record that tells what all subjects know of it.
pub(crate) trait Told {
    /// Tells its identity, and its facts in the order that its provider's records have in every subject.
    fn tell(&self, digest: &mut Digest);
}

impl<T: Told> Told for Box<T> {
    fn tell(&self, digest: &mut Digest) {
        T::tell(self, digest);
    }
}

impl Told for Tenant {
    fn tell(&self, digest: &mut Digest) {
        digest.id(&self.id);
        digest.text(self.name.as_deref());
        match self.provider.as_ref() {
            "omnidim" => omnidim(self, digest),
            "layers" => layers(self, digest),
            _ => vobiz(self, digest),
        }
    }
}

fn omnidim(tenant: &Tenant, digest: &mut Digest) {
    let amount = |money: &Option<tenancy::Money>| {
        money
            .as_ref()
            .and_then(|money| money.amount.as_str().parse().ok())
    };
    digest.text(tenant.timezone.as_deref());
    digest.moment(tenant.created_at);
    digest.amount(amount(&tenant.balance));
    digest.amount(amount(&tenant.rate_per_minute));
    digest.integer(
        tenant
            .limits
            .as_ref()
            .and_then(|limits| limits.concurrent_calls),
    );
    for member in tenant.members.iter().flatten() {
        digest.text(member.id.as_deref());
        digest.text(member.name.as_deref());
        digest.text(member.email.as_deref());
        digest.text(member.phone.as_deref());
        digest.flag(member.active);
        digest.moment(member.last_login_at);
        digest.moment(member.expires_at);
        digest.map(member.permissions.as_ref());
    }
}

fn layers(tenant: &Tenant, digest: &mut Digest) {
    let contact = tenant.contact.as_ref();
    digest.text(tenant.parent_id.as_deref());
    digest.text(
        tenant
            .status_detail
            .get("status")
            .and_then(|word| match word {
                StatusWord::Word(word) => Some(word.as_ref()),
                StatusWord::Switch(_) => None,
            }),
    );
    digest.text(contact.and_then(|contact| contact.email.as_deref()));
    digest.moment(tenant.created_at);
    digest.moment(tenant.updated_at);
    digest.moment(tenant.archived_at);
    digest.map(tenant.metadata.as_ref());
}

fn vobiz(tenant: &Tenant, digest: &mut Digest) {
    let contact = tenant.contact.as_ref();
    let switch = |name| match tenant.status_detail.get(name) {
        Some(StatusWord::Switch(on)) => Some(*on),
        _ => None,
    };
    digest.text(tenant.parent_id.as_deref());
    digest.text(tenant.description.as_deref());
    for alias in &tenant.aliases {
        digest.text(Some(alias));
    }
    digest.text(contact.and_then(|contact| contact.email.as_deref()));
    digest.text(contact.and_then(|contact| contact.phone.as_deref()));
    digest.flag(switch("enabled"));
    digest.flag(switch("is_active"));
    digest.moment(tenant.created_at);
    digest.moment(tenant.updated_at);
    digest.moment(tenant.last_used_at);
    digest.integer(
        tenant
            .limits
            .as_ref()
            .and_then(|limits| limits.request_rate),
    );
    digest.map(tenant.permissions.as_ref());
}
