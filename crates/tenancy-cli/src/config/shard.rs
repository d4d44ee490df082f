//! The shard of the accounts that one of several processes lists.

use std::hash::Hasher;
use std::str::FromStr;

use siphasher::sip::SipHasher13;

/// One of several shards, each of which has about as many accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    index: u64,
    count: u64,
}

/// Reads `K/N`. The first shard is 0, as the index of a Kubernetes job.
impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shard = text.split_once('/').and_then(|(index, count)| {
            Some(Self {
                index: index.parse().ok()?,
                count: count.parse().ok()?,
            })
        });
        shard
            .filter(|shard| shard.index < shard.count)
            .ok_or_else(|| "not a shard; of 4 shards, the first is 0/4 and the last 3/4".to_owned())
    }
}

impl Shard {
    /// Whether the account is in this shard. It depends on its provider and name alone.
    pub(crate) fn contains(self, provider: &str, account: &str) -> bool {
        let mut hasher = SipHasher13::new();
        hasher.write(provider.as_bytes());
        hasher.write_u8(0);
        hasher.write(account.as_bytes());
        hasher.finish() % self.count == self.index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_is_in_one_shard_and_stays_there() {
        let shards: Vec<Shard> = (0..7)
            .map(|index| format!("{index}/7").parse().unwrap())
            .collect();
        let mut sizes = [0; 7];
        for number in 0..7000 {
            let name = format!("agency-{number}");
            let mut of = (0..7).filter(|index| shards[*index].contains("vobiz", &name));
            let (Some(shard), None) = (of.next(), of.next()) else {
                panic!("{name} is not in exactly one shard");
            };
            sizes[shard] += 1;
        }
        // A change of these moves accounts from process to process.
        assert_eq!(sizes, [977, 1000, 1076, 1044, 982, 960, 961]);
        for wrong in ["", "1", "1/1", "4/4", "-1/4", "0/0", "a/b", "0/4/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
