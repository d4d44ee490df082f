//! The tenants over time: of all providers and of each, by status.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::foreign::Foreign;

/// The tenants over time.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) moments: Vec<Timestamp>,
    pub(super) all: Panel,
    /// By provider, the largest first.
    pub(super) providers: Vec<Panel>,
}

/// The tenants of one provider, or of all.
#[derive(Debug)]
pub(super) struct Panel {
    pub(super) title: Foreign,
    /// One for each status that occurs.
    pub(super) bands: Vec<Band>,
    /// The sum at each moment.
    pub(super) sums: Vec<u64>,
}

/// The tenants with a status, at each moment.
#[derive(Debug)]
pub(super) struct Band {
    pub(super) status: Status,
    pub(super) counts: Vec<u64>,
}

/// The statuses that have a band each, from the bottom up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Active,
    Suspended,
    Archived,
    /// A word of the provider's.
    Other,
    /// The provider reports none.
    Unstated,
}

impl Status {
    fn of(status: Option<&str>) -> Self {
        match status {
            Some("active") => Self::Active,
            Some("suspended") => Self::Suspended,
            Some("archived") => Self::Archived,
            Some(_) => Self::Other,
            None => Self::Unstated,
        }
    }

    /// Its class.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
            Self::Other => "other",
            Self::Unstated => "unstated",
        }
    }

    /// Its name for readers.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Other => "other status",
            Self::Unstated => "no status",
            known => known.name(),
        }
    }
}

impl Chart {
    /// The chart of counts by provider and status.
    pub(super) fn new(
        moments: Vec<Timestamp>,
        counts: &BTreeMap<(String, Option<String>), Vec<u64>>,
    ) -> Self {
        let mut all = BTreeMap::new();
        let mut providers: BTreeMap<&str, BTreeMap<Status, Vec<u64>>> = BTreeMap::new();
        for ((provider, status), counts) in counts {
            let status = Status::of(status.as_deref());
            for bands in [&mut all, providers.entry(provider).or_default()] {
                let sums = bands
                    .entry(status)
                    .or_insert_with(|| vec![0; moments.len()]);
                let sums = sums.iter_mut().zip(counts);
                sums.for_each(|(sum, count)| *sum += count);
            }
        }
        let all = Panel::new("all providers", all, moments.len());
        let providers = providers.into_iter();
        let mut providers: Vec<_> = providers
            .map(|(provider, bands)| Panel::new(provider, bands, moments.len()))
            .collect();
        providers.sort_by_key(|panel| std::cmp::Reverse(panel.last()));
        Self {
            moments,
            all,
            providers,
        }
    }
}

impl Panel {
    fn new(title: &str, bands: BTreeMap<Status, Vec<u64>>, moments: usize) -> Self {
        let sum = |moment: usize| bands.values().map(|counts| counts[moment]).sum();
        Self {
            title: Foreign::new(title),
            sums: (0..moments).map(sum).collect(),
            bands: bands
                .into_iter()
                .map(|(status, counts)| Band { status, counts })
                .collect(),
        }
    }

    pub(super) fn first(&self) -> u64 {
        self.sums.first().copied().unwrap_or_default()
    }

    pub(super) fn last(&self) -> u64 {
        self.sums.last().copied().unwrap_or_default()
    }

    /// Round numbers from zero to at least the greatest sum, at most five.
    pub(super) fn ticks(&self) -> Vec<u64> {
        let most = self.sums.iter().copied().max().unwrap_or_default().max(1);
        let steps = (0..19).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
        let step = steps.into_iter().find(|step| most.div_ceil(*step) <= 4);
        let step = step.unwrap_or(most);
        (0..=most.div_ceil(step)).map(|tick| tick * step).collect()
    }

    /// The outline of each band, stacked, as an SVG path: one unit to the right a moment, one unit up a tenant.
    pub(super) fn outlines(&self, top: u64) -> Vec<(Status, String)> {
        let mut below = vec![0; self.sums.len()];
        let mut outlines = Vec::new();
        for band in &self.bands {
            let above: Vec<u64> = below.iter().zip(&band.counts).map(|(a, b)| a + b).collect();
            let there = (0..above.len()).map(|x| (x, above[x]));
            let back = (0..below.len()).rev().map(|x| (x, below[x]));
            let points = there.chain(back).map(|(x, y)| format!("{x} {}", top - y));
            let points: Vec<_> = points.collect();
            outlines.push((band.status, format!("M{}Z", points.join("L"))));
            below = above;
        }
        outlines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_stacked_and_ticks_are_round() {
        let count = |provider: &str, status: Option<&str>, counts: [u64; 2]| {
            (
                (provider.to_owned(), status.map(str::to_owned)),
                counts.to_vec(),
            )
        };
        let counts = BTreeMap::from([
            count("a", Some("active"), [1, 3]),
            count("a", Some("Frozen"), [0, 1]),
            count("b", Some("active"), [9, 4]),
            count("b", None, [0, 2]),
        ]);
        let chart = Chart::new(vec![Timestamp::UNIX_EPOCH; 2], &counts);
        assert_eq!((chart.all.first(), chart.all.last()), (10, 10));
        let titles = chart.providers.iter().map(|panel| panel.title.as_str());
        assert_eq!(titles.collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(
            chart.providers[1].outlines(4),
            [
                (Status::Active, "M0 3L1 1L1 4L0 4Z".to_owned()),
                (Status::Other, "M0 3L1 0L1 1L0 3Z".to_owned()),
            ]
        );
        assert_eq!(chart.all.ticks(), [0, 5, 10]);
        for (most, ticks) in [
            (0, &[0, 1][..]),
            (4, &[0, 1, 2, 3, 4]),
            (2001, &[0, 1000, 2000, 3000]),
        ] {
            let panel = Panel::new("", BTreeMap::from([(Status::Active, vec![most])]), 1);
            assert_eq!(panel.ticks(), ticks);
        }
    }
}
