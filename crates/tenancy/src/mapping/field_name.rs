//! The meaning of a field's name, from the words in it.

/// The name of a field beside the records.
#[derive(Debug)]
pub(super) struct FieldName {
    /// Its words, in lower case.
    words: Vec<String>,
    /// The words without anything between them.
    joined: String,
}

/// Something went wrong.
const TROUBLE: &str = "err errno errcode errmsg error exception fail fault warn warning truncat partial incomplete degraded timeout \
    timedout abort unavailable missing dropped skipped omitted excluded unreachable denied invalid";
/// Words of which one says that the records are all there, or that the request succeeded.
const WHOLE: &str = "success succeed ok complete exhausti whole";
/// Words of which one says that the page is the last one.
const LAST: &str = "done finish eof end last final";
/// Words of which one leads to further records.
const NEXT: &str = "more next continu pagetoken paginationtoken lastevaluated remaining resume";
/// Words that do so unless another field says that nothing follows.
const CURSOR: &str = "cursor after marker bookmark scroll";
/// Words that lead to records before the page.
const BACK: &str = "prev before self first start";
/// Words of a status, alone or together.
const STATUS: &str = "status state code outcome http response result return request statuscode api";
const TEXT: &str =
    "message msg description detail reason info notice note hint explanation comment";
/// Words of a number of records, or of a number of pages.
const NUMBER: &str = "total count num number nb found hits matches matched all";
const RECORDS: &str = "of record records item items result results element elements entry entries row rows object objects";
/// Fields that say nothing of the records: what was requested and by whom, when, how fast, and under which limits.
const HARMLESS: &str = "id ids uuid request trace time timestamp date at on took duration elapsed latency ms version api url uri href \
    link links path self first prev previous last page size limit limits per offset skip start begin from to index \
    sort sorted order filter filters query search type kind class name title locale language currency format schema \
    etag server host region environment rate quota license documentation docs help cache";
/// Objects that describe something else than the list.
const ELSEWHERE: &str = "rate ratelimit limit quota limits account organization company user owner parent reseller customer permissions \
    plan filter filters query facets";

impl FieldName {
    pub(super) fn new(name: &str) -> Self {
        let mut words = vec![String::new()];
        let mut was_lower = false;
        for letter in name.chars() {
            let begins = !letter.is_alphanumeric() || (was_lower && letter.is_uppercase());
            was_lower = letter.is_lowercase() || letter.is_numeric();
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
                word.extend(letter.to_lowercase());
            }
        }
        words.retain(|word| !word.is_empty());
        let joined = words.concat();
        Self { words, joined }
    }

    /// Whether the name has one of these in it: a short one as a word, a longer one anywhere.
    fn has(&self, stems: &str) -> bool {
        stems.split(' ').any(|stem| match stem.len() {
            ..=3 => self.words.iter().any(|word| word == stem),
            _ => self.joined.contains(stem),
        })
    }

    /// Whether the name has no other words than these.
    fn is_all(&self, mut known: impl FnMut(&str) -> bool) -> bool {
        !self.words.is_empty() && self.words.iter().all(|word| known(word))
    }

    pub(super) fn is_trouble(&self) -> bool {
        self.has(TROUBLE) && !self.has("default")
    }

    pub(super) fn is_whole(&self) -> bool {
        self.has(WHOLE)
    }

    pub(super) fn is_last(&self) -> bool {
        self.has(LAST)
    }

    pub(super) fn is_next(&self) -> bool {
        self.has(NEXT) && !self.has(BACK)
    }

    pub(super) fn is_cursor(&self) -> bool {
        self.has(CURSOR) && !self.has(BACK)
    }

    pub(super) fn is_status(&self) -> bool {
        let last = self
            .words
            .last()
            .is_some_and(|word| word.ends_with("code") || is_among(word, "status state outcome"));
        last && self.is_all(|word| is_among(word, STATUS))
    }

    pub(super) fn is_text(&self) -> bool {
        self.has(TEXT)
    }

    /// Whether it is a number of pages, and not of one page.
    pub(super) fn is_pages(&self) -> bool {
        let is_number = |word: &str| is_among(word, NUMBER) || ["last", "max"].contains(&word);
        let of_page = matches!(self.joined.as_str(), "pagenumber" | "pagenum" | "number");
        let is_page = |word: &str| word.starts_with("page");
        is_among(&self.joined, "pages totalpages pagecount numpages lastpage")
            || (!of_page
                && self.words.iter().any(|word| is_page(word))
                && self.words.iter().any(|word| is_number(word))
                && self.is_all(|word| is_page(word) || is_number(word) || word == "of"))
    }

    /// Whether it is a number of records in the list of this name.
    pub(super) fn is_total(&self, list: &str) -> bool {
        let list = Self::new(list);
        let is_number = |word: &str| is_among(word, NUMBER) || word.starts_with("total");
        let is_listed = |word: &str| list.words.iter().any(|of_list| of_list == word);
        let of_page = ["number", "num"].contains(&self.joined.as_str());
        !of_page
            && self.words.iter().any(|word| is_number(word))
            && self.is_all(|word| is_number(word) || is_among(word, RECORDS) || is_listed(word))
            || is_among(
                &self.joined,
                "totalcount totalrecords totalitems totalresults numfound",
            )
    }

    pub(super) fn is_harmless(&self) -> bool {
        self.has_word(HARMLESS) || self.has_word(ELSEWHERE)
    }

    /// Whether the object of this name describes something else than the list.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.has_word(ELSEWHERE)
    }

    fn has_word(&self, known: &str) -> bool {
        self.words.iter().any(|word| is_among(word, known)) || is_among(&self.joined, known)
    }
}

/// Whether a word is one of `words`, which spaces separate.
pub(super) fn is_among(word: &str, words: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of a name's families.
    fn families(name: &str) -> String {
        let of = FieldName::new(name);
        let families = [
            (of.is_trouble(), "trouble"),
            (of.is_pages(), "pages"),
            (of.is_total("sub_accounts"), "total"),
            (of.is_whole(), "whole"),
            (of.is_next(), "next"),
            (of.is_cursor(), "cursor"),
            (of.is_last(), "last"),
            (of.is_status(), "status"),
            (of.is_text(), "text"),
            (of.is_harmless(), "harmless"),
        ];
        let first = families.into_iter().find(|(is, _)| *is);
        first.map_or("unknown", |(_, family)| family).to_owned()
    }

    #[test]
    fn a_name_is_understood_however_it_is_written() {
        for (family, names) in [
            (
                "trouble",
                "error errorCode has_errors timed_out timedOut is_truncated incomplete-results _failures warnings",
            ),
            (
                "pages",
                "total_pages totalPages pageCount num_pages pages lastPage number_of_pages totalpages",
            ),
            (
                "total",
                "total count totalCount total_count numFound recordsTotal totalElements total_sub_accounts X-Total totalcount",
            ),
            ("last", "done isLast is_last endOfRecords eof final"),
            ("whole", "success ok isComplete completed exhaustive"),
            (
                "next",
                "next hasMore has_more_pages moreResultsAvailable nextCursor continue continuationToken hasmore nextPage",
            ),
            ("cursor", "endCursor after scroll_id"),
            ("status", "status statusCode"),
            ("text", "message msg"),
            (
                "harmless",
                "request_id took page per_page pageSize page_number currentPage prevPage self apiVersion",
            ),
            ("unknown", "flavor total_users"),
        ] {
            for name in names.split(' ') {
                let name = name.trim_start_matches("X-");
                assert_eq!(families(name), family, "{name}");
            }
        }
    }
}
