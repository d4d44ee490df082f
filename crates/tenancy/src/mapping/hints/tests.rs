use super::*;

/// What these fields say beside so many records on the last page of a list.
fn beside(records: usize, fields: &str) -> &'static str {
    let fields: Value = serde_json::from_str(fields).unwrap();
    said(records, |hints, _| {
        for (name, value) in fields.as_object().unwrap() {
            hints.look(&FieldName::default(), name, value, 0);
        }
    })
}

/// What this header says.
fn header(records: usize, header: &str) -> &'static str {
    let (name, value) = header.split_once(':').unwrap();
    let name: http::HeaderName = name.parse().unwrap();
    let headers = HeaderMap::from_iter([(name, value.trim().parse().unwrap())]);
    said(records, |_, page| {
        read_headers(
            &headers,
            Listed::new("items", "child organizations"),
            records,
            page,
        )
    })
}

fn said(records: usize, look: impl FnOnce(&mut Hints, &mut Page)) -> &'static str {
    let mut hints = Hints::new(Listed::new("items", "child organizations"), records);
    let mut page = Page::new(Vec::new());
    page.next = Next::End;
    look(&mut hints, &mut page);
    hints.tell(&mut page);
    let is_more = page.at_least > Some(records as u64);
    match page.partial.or(page.more) {
        None if !is_more => page.ambiguous.map_or("nothing", |_| "doubt"),
        _ => "missing",
    }
}

fn check(rows: &[(&str, usize, &str)], says: impl Fn(usize, &str) -> &'static str) {
    let rows = rows.iter().flat_map(|(expected, records, lines)| {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(move |line| (*expected, *records, line))
    });
    let wrong: Vec<_> = rows
        .filter(|(expected, records, line)| {
            !expected.split(' ').any(|one| one == says(*records, line))
        })
        .map(|(expected, records, line)| {
            format!(
                "{line} beside {records}: {}, not {expected}",
                says(records, line)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{:#?}", wrong);
}

#[test]
fn what_is_missing_is_noticed_under_any_name() {
    let none = r#"
            {"message": "Too many requests"}
            {"message": "Request was throttled. Expected available in 57 seconds."}
            {"message": "Rate limit reached"}
            {"message": "No records returned: rate limit reached"}
            {"message": "Results not loaded: too many requests"}
            {"message": "Reseller not found"}
            {"message": "Organization not found"}
            {"message": "Service is under maintenance"}
            {"message": "You are not authorized"}
            {"message": "Access restricted"}
            {"message": "Account suspended"}
            {"message": "Something went wrong"}
            {"message": "Please slow down"}
            {"message": "Quota reached"}
            {"message": "OK, but only the first 3 are listed"}
            {"message": "Showing first 3 of 7 organizations"}
            {"message": "List capped at 3"}
            {"message": "Done: 3 of 7 shards answered"}
            {"message": "No organizations could be loaded"}
            {"message": "data not returned"}
            {"message": "Upstream connect refused"}
            {"detail": "Request was throttled."}
            {"status": "throttled"}
            {"code": "RATE_LIMITED"}
            {"code": 429}
            {"title": "Too Many Requests"}
            {"result": "limited"}
            {"reason": "quota"}
            {"statusCode": "THROTTLED"}
            {"status": "429"}
            {"http_status": 429}
            {"status": "Not Found"}
            {"error": "Organization not found"}
            {"error": "not found"}
            {"error": "Rate limit: no data returned"}
            {"error": "No route found"}
            {"error": "Parent lookup not completed"}
            {"error": "true"}
            {"error": "TRUE"}
            {"error": "Request could be listed later"}
            {"error": "Success: false"}
            {"error": "HTTP 200 OK but body empty"}
            {"error": "The list was not fully fetched"}
            {"error": "ok=false"}
            {"message": "Please try again later"}
            {"message": "Operation timed out"}
            {"message": "Could not load accounts"}
            {"message": "Couldn't reach the directory"}
            {"message": "Unable to fetch organizations"}
            {"message": "Request limit exceeded"}
            {"message": "Sync in progress"}
            {"message": "Session expired"}
            {"message": "Invalid API key"}
            {"message": "You have reached your limit"}
            {"message": "Your account is locked"}
            {"message": "Internal Server Error"}
            {"message": "Bad gateway: upstream unavailable"}
            {"message": "success=false; backend not reachable"}
            {"description": "Permission denied"}
            {"reason": "QUOTA_EXCEEDED"}
            {"title": "Forbidden"}
            {"flavor": "backend failed"}
            {"result": "error"}
            {"response": "FAILURE"}
            {"warnings": "none reported by 2 of 3 shards"}
        "#;
    let some = r#"
            {"limitReached": true}
            {"limit_exceeded": true}
            {"sizeLimitExceeded": true}
            {"rate_limited": true}
            {"max_results_reached": true}
            {"capped": true}
            {"clipped": true}
            {"resultsLimited": true}
            {"is_limited": true}
            {"queryLimited": true}
            {"throttled": true}
            {"stale": true}
            {"hasOverflow": true}
            {"trimmed": true}
            {"totalSize": 30}
            {"total_size": 30}
            {"numberOfElements": 30}
            {"resultSize": 30}
            {"list_size": 30}
            {"grandTotal": 30}
            {"overallCount": 30}
            {"@odata.count": 30}
            {"totalOrganizations": 30}
            {"total_organizations": "30"}
            {"filteredTotal": 30}
            {"estimatedTotal": 30}
            {"approximate_count": 30}
            {"nextPageStart": 25}
            {"next_start": 25}
            {"nextStartingAfter": "x"}
            {"next_first_id": "x"}
            {"offset": "itrABC/recXYZ"}
            {"position": "abc"}
            {"LastEvaluatedKey": {"id": "x"}}
            {"pager": {"next": "x"}}
            {"paging": {"after": "abc"}}
            {"continueFrom": "x"}
            {"more": 1}
            {"morePages": "yes"}
            {"is_final": false}
            {"isLastPage": false}
            {"last_page": false}
            {"end_of_list": false}
            {"links": [{"rel": "next", "href": "/x"}]}
            {"links": [{"rel": "next page", "href": "/x"}]}
            {"_links": {"next": {"href": "/x?cursor=2"}}}
            {"link": {"next": "/x"}}
            {"links": {"next": {"href": "/x"}}}
            {"pages": {"total": 3, "current": 1}}
            {"page": {"number": 1, "of": 3}}
            {"pageInfo": {"totalResults": 30, "resultsPerPage": 3}}
            {"pagination": {"page": 1, "pageSize": 3, "rowCount": 30, "pageCount": 3}}
            {"pagination_total": 30}
            {"meta": {"page": {"current": 1, "from": 1, "to": 3, "total": 7, "last": 3}}}
            {"of": 7}
            {"shards": {"total": 5, "successful": 3, "failed": 2}}
            {"_shards": {"total": 5, "successful": 3, "skipped": 0, "failed": 2}}
            {"partial_failures": [{"region": "eu"}]}
            {"unprocessed": ["eu"]}
            {"UnprocessedKeys": {"t": 1}}
            {"failed_regions": ["eu"]}
            {"truncated": "true"}
            {"has_errors": "True"}
            {"partial": "true"}
            {"errors": ["not found"]}
            {"error": {"message": "not found"}}
            {"errors": [{"message": "Shard eu not found"}]}
            {"warning": "eu not found"}
            {"failures": "2 found"}
            {"incomplete": "true"}
            {"@odata.nextLink": "https://graph.example/x?$skiptoken=a"}
            {"response_metadata": {"next_cursor": "dXNlcjpV"}}
            {"nextPageToken": "CAUQAA"}
            {"NextToken": "AAMA"}
            {"NextMarker": "m-7"}
            {"IsTruncated": true}
            {"page": "eyJvIjozfQ"}
            {"moreResults": "NOT_FINISHED", "done": true}
            {"NextContinuationToken": "1ueGcxLPRx1Tr"}
            {"continuationToken": "e3"}
            {"startAt": 0, "maxResults": 3, "isLast": false}
            {"next_page": {"offset": "eyJ0eXA", "path": "/x", "uri": "https://x"}}
            {"done": false, "nextRecordsUrl": "/services/data/v1/query/01g-3"}
            {"partialResults": true}
            {"nextCursorMark": "AoE"}
            {"nbHits": 30, "nbPages": 10}
            {"found": 30}
            {"estimatedTotalHits": 30}
            {"totalResults": 30, "startIndex": 1, "itemsPerPage": 3}
            {"last": false, "first": true}
            {"current_page": 1, "last_page": 10}
            {"metadata": {"remainingItemCount": 27}}
            {"metadata": {"continue": "eyJ2"}}
            {"_metadata": {"next": "https://x?page_token=a"}}
            {"total_items": 30}
            {"navigation": {"nextPage": {"uri": "https://x?page=2"}}}
            {"additional_data": {"pagination": {"more_items_in_collection": true, "next_start": 3}}}
            {"pages": 10, "results": 3}
            {"results": 30, "pages": 10, "page": 1}
            {"links": {"pages": {"next": "https://x?page=2", "last": "https://x?page=3"}}}
            {"meta": {"pagination": {"page": 1, "per_page": 3, "next_page": 2, "last_page": 10, "total_entries": 30}}}
            {"result_info": {"page": 1, "per_page": 3, "count": 3, "total_count": 30}}
            {"pageToken": "BFQ", "totalRows": "30"}
            {"warnings": ["store eu-1 did not respond"], "isPartial": true}
            {"d": {"__count": "30"}}
            {"list": {"pagination": {"hasMoreItems": true}}}
            {"list_metadata": {"before": null, "after": "org_3"}}
            {"result": {"next_page_offset": "b3f1"}}
            {"totalcount": "30"}
            {"hasmore": true}
            {"nextpagetoken": "x"}
            {"statuscode": 503}
            {"paging": {"next": {"after": "3", "link": "https://x"}}}
            {"userErrors": [{"field": null, "message": "Access denied"}]}
            {"error": {"code": 0, "message": "Backend down"}}
            {"error_type": "server_error", "error_id": "e-1"}
            {"success": "false"}
            {"ok": 0}
            {"status": false}
            {"status": "PARTIAL_CONTENT"}
            {"code": "E_TIMEOUT"}
            {"statusText": "Service Unavailable"}
            {"regions": {"failed": ["eu"]}}
            {"skipped_accounts": 4}
            {"unavailable_regions": ["eu"]}
            {"missing_permissions": ["read_all"]}
            {"limit_hit": "rate", "rateLimitExceeded": true}
            {"no_more_results": false}
            {"is_complete": false}
            {"message": "Page 1 of 10"}
            {"message": "Found 30 organizations"}
            {"message": "Showing 1-3 of 30"}
            {"detail": "Results truncated"}
            {"notice": "Search limited to 3 results"}
            {"info": "Not all regions responded"}
            {"message": "Data may be incomplete"}
        "#;
    check(&[("missing", 0, none), ("missing", 3, some)], beside);
}

#[test]
fn what_may_mean_anything_is_a_doubt() {
    let none = r#"
            {"message": "Success (cached)"}
            {"message": "No data returned from backend eu-1"}
        "#;
    let some = r#"
            {"info": "1 of 3 regions responded"}
            {"overLimit": true}
            {"page_full": true}
            {"filtered": true}
            {"cut_off": true}
            {"not_all": true}
            {"subset": true}
            {"size": 30}
            {"length": 30}
            {"cardinality": 30}
            {"last_id": "x"}
            {"ExclusiveStartKey": {"id": "x"}}
            {"paging": {"cursors": {"after": "x", "before": "y"}}}
            {"from_id": 7}
            {"summary": "3/7"}
            {"range": "0-2/7"}
            {"items_eu": [{"id": "x"}]}
            {"data": [{"id": "x"}, {"id": "y"}]}
            {"organizations": [{"id": "x"}]}
            {"hasOverage": true}
            {"faultstring": "Server was unable to process request"}
            {"nextForwardToken": "f/3"}
            {"KeyCount": 30}
            {"search_cutoff": true}
            {"terminated_early": true}
            {"has_additional": true}
            {"preview": true}
            {"nextRenewal": {"amount": 3}}
            {"sync_complete": false}
            {"resultCode": 4}
            {"status": "rebuilding"}
            {"flavor": "true"}
            {"message": "Welcome back"}
            {"list_cursor_eu": "x"}
            {"starting_after": "org_3"}
            {"total_seen": "30"}
            {"subscription_state": "failed"}
            {"organizations_remaining": 95}
        "#;
    check(&[("doubt", 0, none), ("doubt", 3, some)], beside);
}

#[test]
fn a_whole_list_is_not_found_short() {
    let some = r#"
            {"rateLimitRemaining": 59}
            {"rate_limit_remaining": 59}
            {"remaining_credits": 5}
            {"credits_remaining": 120}
            {"next_billing_date": "2026-12-01"}
            {"nextInvoiceAt": "2026-12-01"}
            {"more_info": "https://docs.example/x"}
            {"moreInfo": "https://x"}
            {"wholesale": false}
            {"timeout": 30}
            {"session_timeout": 3600}
            {"excluded_fields": ["secret"]}
            {"error_reporting_url": "https://x"}
            {"error_codes_url": "https://docs"}
            {"warning_threshold": 10}
            {"failover_region": "eu"}
            {"fault_tolerance": "high"}
            {"resume_url": "https://x"}
            {"nextSteps": ["add a tenant"]}
            {"missing_permissions": []}
            {"invalid_after": "2027-01-01"}
            {"after_hours_phone": "+49"}
            {"deprecation_warning": "use v2 by 2027; this endpoint is deprecated"}
            {"success": true}
            {"ok": 1}
            {"took": 12}
            {"timed_out": false}
            {"errors": []}
            {"warnings": null}
            {"incomplete_results": false}
            {"next": null}
            {"has_more": false}
            {"hasMore": "false"}
            {"next_cursor": ""}
            {"total_pages": 1}
            {"totalCount": 5}
            {"count": 5}
            {"last_page": 1}
            {"currentPage": 1}
            {"end_cursor": "abc"}
            {"pageInfo": {"hasNextPage": false, "endCursor": "abc"}}
            {"paging": {"cursors": {"before": "a", "after": "b"}}}
            {"links": {"self": "/x", "next": null}}
            {"_links": {"self": {"href": "x"}, "first": {"href": "x"}, "last": {"href": "x"}}}
            {"total_users": 40}
            {"status": "success"}
            {"code": 0}
            {"message": "Organizations retrieved successfully"}
            {"msg": ""}
            {"request_id": "r"}
            {"data": null}
            {"meta": {"rate": {"remaining": 5}}}
            {"rateLimit": {"remaining": 59, "limit": 60, "reset": 1}}
            {"nextReset": 1764500000}
            {"missingData": false}
            {"no_more": true}
            {"noMoreResults": true}
            {"end": true}
            {"finished": true}
            {"is_last": true}
            {"done": true}
            {"complete": true}
            {"partial": false}
            {"truncated": "false"}
            {"error": ""}
            {"errors": {}}
            {"status": {"code": 200, "message": "OK"}}
            {"exceptions": 0}
            {"failed": 0}
            {"skipped": 0}
            {"dropped": 0}
            {"elastic_ips": 1}
            {"last_sync": 0}
            {"page_number": 1}
            {"number": 0}
            {"num_pages": 1}
            {"max": 50}
            {"limit": 50}
            {"offset": 0}
            {"from": 1}
            {"to": 5}
            {"next_page": 0}
            {"next_offset": 5}
            {"nextPageNumber": 1}
            {"previous": null}
            {"total_including_archived": 9}
            {"quota": {"used": 5, "total": 100}}
            {"plan": {"max_tenants": 50}}
            {"usage": {"total": 300}}
            {"stats": {"total_calls": 30000}}
            {"totals": {"calls": 300}}
            {"total_balance": 99.5}
            {"info": "All organizations of the parent"}
            {"note": "Times are UTC"}
            {"notice": "Maintenance on Sunday"}
            {"hint": "use limit to page"}
            {"object": "list", "url": "/v1/organizations"}
            {"kind": "directory#orgs", "etag": "\"a\"", "selfLink": "https://x"}
            {"took": 5, "timed_out": false, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}
            {"api_version": "v2", "generatedAt": "2026-11-29T10:00:00Z", "expires_at": 1796000000}
            {"page": {"size": 20, "totalElements": 5, "totalPages": 1, "number": 0}}
            {"totalPages": 1, "last": true, "first": true, "numberOfElements": 5, "number": 0}
            {"current_page": 1, "from": 1, "last_page": 1, "last_page_url": "https://x?page=1", "next_page_url": null, "path": "https://x", "per_page": 15, "prev_page_url": null, "to": 5, "total": 5}
            {"startAt": 0, "maxResults": 50, "total": 5, "isLast": true}
            {"first_id": "a", "last_id": "b", "has_more": false}
            {"schemas": ["urn:scim"], "totalResults": 5, "startIndex": 1, "itemsPerPage": 5}
            {"success": true, "errors": [], "messages": [], "result_info": {"page": 1, "per_page": 20, "count": 5, "total_count": 5, "total_pages": 1}}
            {"IsTruncated": false, "MaxItems": 100, "KeyCount": 5}
            {"totalSize": 5, "done": true}
            {"ok": true, "response_metadata": {"next_cursor": ""}}
            {"pageInfo": {"hasNextPage": false, "hasPreviousPage": true, "startCursor": "a", "endCursor": "b"}}
            {"page_count": 1, "page_number": 1, "page_size": 30, "total_records": 5, "next_page_token": ""}
            {"meta": {"key": "accounts", "page": 0, "page_size": 50, "url": "https://x", "first_page_url": "https://x", "next_page_url": null, "previous_page_url": null}}
            {"nbHits": 5, "page": 0, "nbPages": 1, "hitsPerPage": 20, "exhaustiveNbHits": true, "processingTimeMS": 1, "query": ""}
            {"has_more": false, "cursor": "AAHx"}
            {"limit": 25, "offset": 0, "more": false, "total": null}
            {"additional_data": {"pagination": {"start": 0, "limit": 100, "more_items_in_collection": false}}}
            {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "123", "selfLink": ""}}
            {"hasMore": false, "limit": 25, "offset": 0, "count": 5, "links": [{"rel": "self", "href": "/x"}, {"rel": "first", "href": "/x"}]}
            {"start": 0, "limit": 25, "size": 5, "_links": {"base": "https://x", "self": "https://x"}}
            {"error_code": 0, "error_msg": ""}
            {"errorCode": "0", "errorMessage": "none"}
            {"error": {"code": 0, "message": "OK"}}
            {"errors": {"count": 0, "items": []}}
            {"warnings": [""], "failed_count": 0, "is_partial": false}
            {"error": "No errors", "warning": "0 warnings found"}
            {"no_errors": true, "no_more_pages": true}
            {"status": "200 OK", "code": "SUCCESS", "responseCode": "00"}
            {"message": "Successfully retrieved 5 organizations"}
            {"message": "Request completed successfully, no errors found"}
            {"status": {"code": 200, "message": "Organizations listed"}}
            {"maintenance_window": "Sunday 02:00", "support_email": "a@x", "terms_url": "https://x"}
            {"billing_status": "past_due", "trial_ends_at": "2026-12-24", "max_organizations": 100}
            {"response_time_ms": 12, "execution_time": 0.2, "request_id": "r-1", "requestId": "r-1"}
            {"last_updated": "2026-11-29", "lastModified": "2026-11-29T10:00:00Z", "end_user_id": 7}
            {"usage": {"total_calls": 30000, "remaining": 12}, "rate_limit": {"limit": 60, "remaining": 59}}
            {"failed_at_url": "https://x", "error_rate": 0.01, "dropped_calls": 12, "excluded_columns": ["a"]}
            {"csrf_token": "abc", "access_token": "abc"}
            {"motd": "Maintenance is over. Only good news: 24/7 support!"}
            {"organization": {"status": "suspended", "errors": 3, "next": "x"}}
            {"query": {"status": "failed", "next": "x"}}
            {"flavor": 5, "color": "red", "fallback": false}
            {"size": 50}
            {"nextSyncToken": "CPDA"}
            {"can_create_more": true}
            {"sort": {"sorted": true}}
            {"resumeAt": "x", "cached": true}
            {"message": "Here are your organizations"}
            {"message": "No organizations yet"}
            {"code": 2000}
            {"onboarding_complete": false}
            {"users": {"total": 40}}
            {"remaining_organizations": 95}
        "#;
    check(&[("nothing doubt", 5, some)], beside);
}

#[test]
fn headers_are_read_like_fields() {
    let short = r#"
            X-Pagination: {"totalCount": 30, "totalPages": 3, "currentPage": 1}
            X-WP-Total: 30
            X-WP-TotalPages: 3
            X-Pagination-Total-Count: 30
            X-Pagination-Page-Count: 3
            X-Total-Count: 30
            X-Next-Page: 2
            X-Has-More: true
            Warning: 299 - "list is incomplete"
            X-Truncated: true
            X-Total-Pages: 3
            Total-Count: 30
            Pagination-Count: 30
            Next-Cursor: abc
            X-Next-Cursor: abc
            Link: </v1/organizations?cursor=2>; rel="next"
            Content-Range: items 0-2/30
            X-Page-Count: 3
            X-Total-Results: 30
            X-List-Total: 30
            X-Result-Limit-Reached: true
            X-Continuation: abc
            X-MS-Continuation: abc
            X-MS-Continuation: abc
            Opc-Next-Page: abc
            Opc-Total-Items: 30
            X-Records-Total: 30
            X-Result-Count: 30
            X-Item-Count: 30
            X-More-Results: 1
            X-Has-Next: true
            X-Pagination-Next: /x
            Content-Range: 0-2/30
            X-Partial-Content: true
            X-Degraded: true
            X-Rate-Limited: true
            X-Error: upstream eu-1 unreachable
            X-Status: partial
            Total-Pages: 10
            X-Paging: {"next": "abc"}
            X-Page-Info: {"hasNextPage": true}
        "#;
    let whole = r#"
            X-RateLimit-Remaining: 59
            X-Rate-Limit-Reset: 17
            X-Error-Rate: 0.01
            X-Next-Reset: 1764
            X-More-Info: https://x
            X-Timeout: 30
            X-Continue: 
            X-Total-Time: 17
            X-Total-Count: 5
            X-Powered-By: Warnings
            X-Runtime-Total: 17
            X-Request-Count: 99
            X-Total: 5
            X-Count: 5
            X-Hits: 12
            X-Cache-Hits: 12
            X-Pages: 1
            X-Served-By: err-1
            X-Content-Type-Options: nosniff
            X-Robots-Tag: noindex
            X-Retry-After: 1
            X-Number: 12
            X-Drop: 1
            X-Fail: no
            X-Resume: no
            X-Timeout-Ms: 30000
            X-Envoy-Upstream-Service-Time: 12
            X-Amz-Cf-Id: x
            X-Kong-Upstream-Latency: 3
            X-Ratelimit-Remaining-Requests: 59
            Link: <https://x/y?page=1>; rel="first", <https://x/y?page=1>; rel="last"
            X-Quota-Remaining: 7
            X-API-Warn: deprecated
            Warning: 299 - "Deprecated API"
            Date: Sun, 29 Nov 2026 10:00:00 GMT
            Content-Length: 1234
            Cache-Control: no-cache, private
            ETag: "a"
            Last-Modified: Sun, 29 Nov 2026 10:00:00 GMT
            Expires: 0
            Age: 12
            Via: 1.1 google
            Server-Timing: total;dur=5
            Status: 200 OK
            Accept-Ranges: bytes
            Content-Range: bytes 0-1/20
            Access-Control-Expose-Headers: Link, X-Total-Count
            RateLimit: limit=100, remaining=50, reset=5
            RateLimit-Policy: 100;w=60
            Retry-After: 1
            Keep-Alive: timeout=5, max=100
            NEL: {"report_to":"cf-nel","success_fraction":0.5,"max_age":604800}
            Report-To: {"endpoints":[{"url":"https://x"}],"group":"cf-nel","max_age":604800}
            CF-Cache-Status: DYNAMIC
            X-Cache: Error from cloudfront
            X-Next-Cache-Tags: a
            X-Response-Time: 12ms
            X-Page: 1
            X-Per-Page: 25
            X-Prev-Page: 
            X-Offset: 0
            X-CSRF-Token: abc
            Deprecation: true
            X-Partial: 0
            X-Error: false
            X-Pagination: {"totalCount":5,"totalPages":1,"currentPage":1,"pageSize":25}
        "#;
    check(
        &[("missing", 3, short), ("nothing doubt", 5, whole)],
        header,
    );
}
