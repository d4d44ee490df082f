//! An account's tenants: compact entries that may change while the server runs, written as JSON only when sent.

use crate::paging::Order;
use crate::parent::{Given, Parent, Tenant};
use crate::provider::contract::Provider;
use crate::record::{Members, Record};
use crate::status::Status;

/// The tenants of one account, in the order in which they are listed: position 0 is listed first.
#[derive(Clone, Debug)]
pub struct Population {
    pub(crate) provider: Provider,
    pub(crate) parent: Parent,
    pub(crate) order: Order,
    pub(crate) tenants: Vec<Tenant>,
    next: u32,
}

impl Population {
    pub(crate) fn new(provider: Provider, parent: Parent, order: Order) -> Self {
        Self {
            provider,
            parent,
            order,
            tenants: Vec::new(),
            next: 0,
        }
    }

    pub(crate) fn generate(&mut self, count: u32) {
        let tenants = (0..count).map(|_| self.next_generated()).collect();
        self.start_with(tenants);
    }

    /// Takes `records`, given in listed order.
    pub(crate) fn give(&mut self, mut records: Vec<Record>) {
        if self.order == Order::NewestFirst {
            records.reverse();
        }
        let tenants = records.into_iter().map(|record| self.next_given(record));
        let tenants = tenants.collect();
        self.start_with(tenants);
    }

    fn start_with(&mut self, mut oldest_first: Vec<Tenant>) {
        if self.order == Order::NewestFirst {
            oldest_first.reverse();
        }
        self.tenants = oldest_first;
    }

    /// The number of tenants.
    pub fn len(&self) -> usize {
        self.tenants.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Every tenant's identity, in listed order. A record without one has "".
    pub fn ids(&self) -> Vec<String> {
        self.tenants.iter().map(|tenant| self.id(tenant)).collect()
    }

    /// Every tenant's record as it would be sent, in listed order.
    pub fn records(&self) -> Vec<String> {
        self.tenants
            .iter()
            .map(|tenant| self.record(tenant))
            .collect()
    }

    /// A tenant's state.
    pub fn status(&self, id: &str) -> Option<Status> {
        self.find(id).map(|position| self.tenants[position].status)
    }

    /// Creates `count` generated tenants, each newer than all others, and returns their identities, oldest first.
    pub fn create(&mut self, count: u32) -> Vec<String> {
        let create = |_| {
            let tenant = self.next_generated();
            let id = self.id(&tenant);
            self.enter(tenant);
            id
        };
        (0..count).map(create).collect()
    }

    /// Enters `record` as the newest tenant.
    pub fn insert(&mut self, record: Record) {
        let tenant = self.next_given(record);
        self.enter(tenant);
    }

    /// Deletes a tenant; false when none has that identity.
    pub fn delete(&mut self, id: &str) -> bool {
        self.find(id)
            .is_some_and(|position| self.delete_at(position))
    }

    /// Deletes the tenant at `position`; false when there is none.
    pub fn delete_at(&mut self, position: usize) -> bool {
        let found = position < self.tenants.len();
        if found {
            self.tenants.remove(position);
        }
        found
    }

    /// Deletes every tenant.
    pub fn clear(&mut self) {
        self.tenants.clear();
    }

    /// Changes a tenant's state and keeps its position, so that under a filter it may leave the list or reappear in the middle;
    /// false when none has that identity.
    pub fn set_status(&mut self, id: &str, status: Status) -> bool {
        let Some(position) = self.find(id) else {
            return false;
        };
        let tenant = &mut self.tenants[position];
        tenant.status = status;
        if let Some(given) = &mut tenant.given
            && let Some(mut members) = Members::parse(&given.text)
        {
            self.provider.set_status(&mut members, status);
            given.text = members.to_text();
        }
        true
    }

    /// Puts `record` in the place of a tenant; false when none has that identity.
    pub fn replace(&mut self, id: &str, record: Record) -> bool {
        let Some(position) = self.find(id) else {
            return false;
        };
        let number = self.tenants[position].number;
        let tenant = self.given(number, record);
        self.tenants[position] = tenant;
        true
    }

    fn enter(&mut self, tenant: Tenant) {
        match self.order {
            Order::NewestFirst => self.tenants.insert(0, tenant),
            Order::OldestFirst => self.tenants.push(tenant),
        }
    }

    fn next_number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Most generated tenants are active.
    fn next_generated(&mut self) -> Tenant {
        let number = self.next_number();
        let status = match self.parent.dice(number).below(20) {
            0 => Status::Archived,
            1 | 2 => Status::Suspended,
            _ => Status::Active,
        };
        Tenant {
            number,
            status,
            given: None,
        }
    }

    fn next_given(&mut self, record: Record) -> Tenant {
        let number = self.next_number();
        self.given(number, record)
    }

    fn given(&self, number: u32, record: Record) -> Tenant {
        let members = Members::parse(&record.text).unwrap_or_default();
        let id_member = self.provider.id_member();
        let stated = || {
            members
                .text(id_member)
                .or_else(|| members.get(id_member).map(ToOwned::to_owned))
        };
        let id = record.id.or_else(stated).unwrap_or_default();
        let status = record
            .status
            .unwrap_or_else(|| self.provider.status(&members));
        let text = record.text;
        Tenant {
            number,
            status,
            given: Some(Given { id, text }),
        }
    }

    pub(crate) fn id(&self, tenant: &Tenant) -> String {
        match &tenant.given {
            Some(given) => given.id.clone(),
            None => self.provider.id(&self.parent, tenant.number),
        }
    }

    pub(crate) fn record(&self, tenant: &Tenant) -> String {
        match &tenant.given {
            Some(given) => given.text.clone(),
            None => self
                .provider
                .record(&self.parent, tenant.number, tenant.status),
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.tenants.iter().position(|tenant| self.id(tenant) == id)
    }
}
