/* SPDX-License-Identifier: BSD-2-Clause */
#include "page.h"

#include <openssl/evp.h>

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{margin:0;font:1.0625rem/1.55 system-ui,sans-serif;background:#fff;color:#1b1b1b}"
    "main{max-width:42rem;margin:0 auto;padding:2rem 1.25rem 4rem}"
    "h1{font-size:1.6rem;line-height:1.25;border-top:.4rem solid #b3261e;padding-top:1rem}"
    "h2{font-size:1.15rem;margin-top:2rem}"
    "dt{font-weight:600;margin-top:.5rem}dd{margin:0}"
    "a{color:#0b57d0}code{font-size:.95em}"
    "@media(prefers-color-scheme:dark){body{background:#161616;color:#ececec}"
    "h1{border-color:#f2b8b5}a{color:#a8c7fa}}";

static const char title[] = "This connection was stopped";

static void put_value(struct pl_prose *t, const char *value)
{
    pl_prose_html(t, value, ngx_strlen(value));
}

static void put_row(struct pl_prose *t, const char *term, const char *value)
{
    pl_prose_put(t, "<dt>");
    pl_prose_put(t, term);
    pl_prose_put(t, "</dt><dd>");
    put_value(t, value);
    pl_prose_put(t, "</dd>\n");
}

static void put_check(struct pl_prose *t, const struct pl_check_row *row)
{
    pl_prose_put(t, "<section>\n<h2>");
    put_value(t, row->finding);
    pl_prose_put(t, "</h2>\n<dl>\n");
    put_row(t, "Who can mend it, and how", row->remedy);
    put_row(t, "Standard", row->reference);
    put_row(t, "Check", row->name);
    put_row(t, "Severity", pl_severity_names[row->severity]);
    pl_prose_put(t, "</dl>\n</section>\n");
}

static bool is_blocked(const struct ngx_http_plimsoll_page *page, const struct pl_check_row *row)
{
    return page->checks[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS);
}

static bool is_link(const char *address)
{
    return ngx_strncmp(address, "https://", 8) == 0 || ngx_strncmp(address, "http://", 7) == 0 ||
           ngx_strncmp(address, "mailto:", 7) == 0;
}

/* Only the three schemes become a link; anything else is shown as text. */
static void put_address(struct pl_prose *t, const char *label, const char *address)
{
    const char *shown = ngx_strncmp(address, "mailto:", 7) == 0 ? address + 7 : address;

    if (address[0] == 0)
        return;
    pl_prose_put(t, "<p>");
    pl_prose_put(t, label);
    if (is_link(address)) {
        pl_prose_put(t, "<a href=\"");
        put_value(t, address);
        pl_prose_put(t, "\">");
    }
    put_value(t, shown);
    pl_prose_put(t, is_link(address) ? "</a></p>\n" : "</p>\n");
}

/* "policy 7, 2026-11-23T20:15:00Z": lets whoever is asked find it again. */
static void put_reference(struct pl_prose *t, uint64_t serial)
{
    u_char line[96];
    ngx_tm_t tm;
    u_char *end;

    ngx_gmtime(ngx_time(), &tm);
    end = ngx_snprintf(line, sizeof(line), "policy %uL, %4d-%02d-%02dT%02d:%02d:%02dZ", serial,
                       tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday, tm.ngx_tm_hour, tm.ngx_tm_min,
                       tm.ngx_tm_sec);
    pl_prose_add(t, line, (size_t)(end - line));
}

static void put_portal(struct pl_prose *t, const struct ngx_http_plimsoll_page *page)
{
    pl_prose_put(t, "<h2>Whom to ask</h2>\n<p>Whoever runs this network or this site decided that "
                    "such connections are stopped. If that is wrong here, ask them, and tell them "
                    "the name of the check and this: ");
    put_reference(t, page->serial);
    pl_prose_put(t, ".</p>\n");
    put_address(t, "Contact: ", page->portal.contact);
    put_address(t, "More about it: ", page->portal.url);
}

/* Call for each check that stopped this, the most severe first. */
static void each_check(struct pl_prose *t, const struct ngx_http_plimsoll_page *page,
                       void (*put)(struct pl_prose *t, const struct pl_check_row *row),
                       const char *between)
{
    bool first = true;

    for (int severity = PL_SEVERITY_CRITICAL; severity >= PL_SEVERITY_INFO; severity--)
        for (size_t i = 0; i < pl_check_row_count; i++)
            if (pl_check_rows[i].severity == severity && is_blocked(page, &pl_check_rows[i])) {
                pl_prose_put(t, first ? "" : between);
                put(t, &pl_check_rows[i]);
                first = false;
            }
}

static void put_head(struct pl_prose *t)
{
    pl_prose_put(t, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<title>");
    pl_prose_put(t, title);
    pl_prose_put(t, "</title>\n<style>");
    pl_prose_put(t, style);
    pl_prose_put(t, "</style>\n</head>\n");
}

void ngx_http_plimsoll_page_html(struct pl_prose *t, const struct ngx_http_plimsoll_page *page)
{
    put_head(t);
    pl_prose_put(t, "<body>\n<main>\n<h1>");
    pl_prose_put(t, title);
    pl_prose_put(t, "</h1>\n<p>The connection");
    if (page->name.len) {
        pl_prose_put(t, " to <strong>");
        pl_prose_html(t, page->name.data, page->name.len);
        pl_prose_put(t, "</strong>");
    }
    pl_prose_put(t, " does not meet an internet security standard that is required here.</p>\n");
    each_check(t, page, put_check, "");
    put_portal(t, page);
    pl_prose_put(t, "</main>\n</body>\n</html>\n");
}

static void put_member(struct pl_prose *t, const char *name, const char *value, const char *after)
{
    pl_prose_put(t, "\"");
    pl_prose_put(t, name);
    pl_prose_put(t, "\":\"");
    pl_prose_json(t, value, ngx_strlen(value));
    pl_prose_put(t, "\"");
    pl_prose_put(t, after);
}

static void put_check_json(struct pl_prose *t, const struct pl_check_row *row)
{
    pl_prose_put(t, "{");
    put_member(t, "id", row->name, ",");
    put_member(t, "severity", pl_severity_names[row->severity], ",");
    put_member(t, "area", row->area, ",");
    put_member(t, "reference", row->reference, ",");
    put_member(t, "finding", row->finding, ",");
    put_member(t, "remedy", row->remedy, "}");
}

/* RFC 9457, 3.1: with the type "about:blank" the title is the status's own phrase. */
static void put_problem(struct pl_prose *t, const struct ngx_http_plimsoll_page *page)
{
    const struct pl_check_row *worst = pl_check_worst(page->checks);
    u_char status[NGX_INT_T_LEN];
    u_char *end = ngx_sprintf(status, "%ui", page->status);

    put_member(t, "type", "about:blank", ",");
    put_member(t, "title", page->status == NGX_HTTP_FORBIDDEN ? "Forbidden" : "Bad Gateway", ",");
    put_member(t, "detail", worst ? worst->finding : title, ",");
    pl_prose_put(t, "\"status\":");
    pl_prose_add(t, status, (size_t)(end - status));
}

void ngx_http_plimsoll_page_json(struct pl_prose *t, const struct ngx_http_plimsoll_page *page)
{
    pl_prose_put(t, "{");
    put_problem(t, page);
    pl_prose_put(t, ",\"site\":\"");
    pl_prose_json(t, page->name.data, page->name.len);
    pl_prose_put(t, "\",\"reported_as\":\"");
    put_reference(t, page->serial);
    pl_prose_put(t, "\",");
    put_member(t, "contact", page->portal.contact, ",");
    put_member(t, "more", page->portal.url, ",");
    pl_prose_put(t, "\"checks\":[");
    each_check(t, page, put_check_json, ",");
    pl_prose_put(t, "]}\n");
}

bool ngx_http_plimsoll_page_csp(u_char *buf, size_t size, size_t *len)
{
    u_char digest[EVP_MAX_MD_SIZE], text[ngx_base64_encoded_length(EVP_MAX_MD_SIZE)];
    unsigned digest_len;
    ngx_str_t from = {0, digest}, to = {0, text};

    if (!EVP_Digest(style, sizeof(style) - 1, digest, &digest_len, EVP_sha256(), NULL))
        return false;
    from.len = digest_len;
    ngx_encode_base64(&to, &from);
    *len = (size_t)(ngx_snprintf(buf, size,
                                 "default-src 'none'; style-src 'sha256-%V'; base-uri 'none'; "
                                 "form-action 'none'; frame-ancestors 'none'",
                                 &to) -
                    buf);
    return true;
}
