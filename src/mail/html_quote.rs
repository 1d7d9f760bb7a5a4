//! Where a client's HTML keeps what its user did not type: the containers of quotes, introductions and signatures.
//!
//! To teach another client, add a row to `CONTAINERS`. `html_tree` makes a quote of each, so that `new_text` knows it in
//! whatever language the introduction is. `blockquote` needs no row: its lines are marked anyway.

use super::html_hidden::how_hidden;
use super::html_tags::{Tag, start_tags};

/// What of the HTML a container takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The element itself: text typed below it is new.
    Element,
    /// The element, unless a `blockquote` right in it says more exactly what is quoted: answers may stand around that.
    Around,
    /// The element and everything behind it: the client puts the quote beside it.
    Rest,
}
pub(super) use Extent::{Around, Element, Rest};

/// Client, attribute, what its value must hold (lower case; a style without blanks, and with a `;` at its end), extent.
#[rustfmt::skip]
pub(super) static CONTAINERS: &[(&str, &str, Holds, Extent)] = &[
    ("Gmail",            "class", Word("gmail_quote"),              Around),
    ("Gmail",            "class", Word("gmail_quote_container"),    Around),
    ("Gmail",            "class", Word("gmail_attr"),               Element),
    ("Gmail",            "class", Word("gmail_extra"),              Around),
    ("Gmail",            "class", Word("gmail_signature"),          Element),
    ("Gmail",            "class", Word("gmail_signature_prefix"),   Element),
    ("Thunderbird",      "class", Word("moz-cite-prefix"),          Element),
    ("Thunderbird",      "class", Word("moz-email-headers-table"),  Element),
    ("Thunderbird",      "class", Word("moz-forward-container"),    Element),
    ("Thunderbird",      "class", Word("moz-signature"),            Element),
    ("Outlook",          "style", Part("border-top:solid#e1e1e1"),  Rest),
    ("Outlook",          "style", Part("border-top:solid#b5c4df"),  Rest),
    ("Outlook for Mac",  "style", Part("border-top:1ptsolid#b5c4df"), Rest),
    ("Outlook for Mac",  "style", Part("border-top:1ptsolidrgb(181,196,223)"), Rest),
    ("Outlook for Mac",  "style", Part("border-top:1ptsolidrgb(225,225,225)"), Rest),
    ("Outlook",          "class", Word("msoautosig"),               Element),
    ("Outlook Web",      "id",    Word("divrplyfwdmsg"),            Rest),
    ("Outlook Web",      "id",    Word("appendonsend"),             Rest),
    ("Outlook Web",      "class", Word("outlookmessageheader"),     Rest),
    ("Outlook Web",      "id",    Word("signature"),                Element),
    ("Outlook mobile",   "id",    Word("mail-editor-reference-message-container"), Element),
    ("Outlook mobile",   "class", Word("ms-outlook-mobile-reference-message"), Element),
    ("Outlook mobile",   "id",    Word("ms-outlook-mobile-signature"), Element),
    ("Outlook mobile",   "id",    Word("ms-outlook-mobile-body-separator-line"), Element),
    ("Hotmail",          "id",    Word("stopspelling"),             Rest),
    ("Windows Mail",     "style", Part("border-top-color:rgb(229,229,229)"), Rest),
    ("Outlook for Mac",  "id",    Word("olk_src_body_section"),     Element),
    ("Outlook for Mac",  "id",    Word("mac_outlook_signature"),    Element),
    ("Lotus Notes",      "class", Word("domino-section-head"),      Rest),
    ("Yahoo",            "class", Word("yahoo_quoted"),             Element),
    ("Yahoo",            "class", Word("yahooquoted"),              Element),
    ("Yahoo",            "class", Word("yahoo-quoted"),             Element),
    ("Yahoo",            "class", Word("yahoo-signature"),          Element),
    ("Yahoo",            "id",    Word("ymail_android_signature"),  Element),
    ("Yahoo, Fastmail",  "class", Word("signature"),                Element),
    ("Proton Mail",      "class", Word("protonmail_quote"),         Around),
    ("Proton Mail",      "class", Word("protonmail_signature_block"), Element),
    ("Tuta",             "class", Word("tutanota_quote"),           Element),
    ("Zoho",             "class", Word("zmail_extra"),              Around),
    ("Zoho",             "class", Word("zmail_extra_hr"),           Element),
    ("Zoho",             "id",    Word("zm-_id_-sgn"),              Element),
    ("GMX, web.de",      "name",  Word("quote"),                    Element),
    ("Zimbra",           "data-marker", Word("__divider__"),        Rest),
    ("Zimbra",           "data-marker", Word("__headers__"),        Element),
    ("Zimbra",           "data-marker", Word("__quoted_text__"),    Element),
    ("Zimbra",           "data-marker", Word("__sig_pre__"),        Element),
    ("Zimbra",           "data-marker", Word("__sig_post__"),       Element),
    ("Zimbra",           "id",    Word("zwchr"),                    Rest),
    ("Roundcube",        "id",    Word("_rc_sig"),                  Element),
    ("Roundcube",        "id",    Word("reply-intro"),              Element),
    ("Roundcube",        "id",    Word("forwardbody1"),             Element),
    ("Mail.ru",          "class", Word("mail-quote-collapse"),      Element),
    ("Yandex",           "class", Word("yandex-quote"),             Element),
    ("Mail.ru",          "id",    Word("mail-app-auto-quote"),      Element),
    ("Zendesk",          "class", Word("quoted-text"),              Element),
    ("QQ Mail",          "class", Word("qmbox"),                    Element),
    ("QQ Mail",          "id",    Word("origbody"),                 Element),
    ("NetEase",          "id",    Word("isreplycontent"),           Element),
    ("NetEase",          "id",    Word("ntes-pcmac-signature"),     Element),
    ("Open-Xchange",     "class", Word("ox-quote"),                 Element),
    ("Open-Xchange",     "class", Word("io-ox-signature"),          Element),
    ("Horde",            "class", Word("imp-cite"),                 Element),
    ("Spark",            "name",  Word("messagereplysection"),      Around),
    ("Spark",            "name",  Word("messagesignaturesection"),  Element),
    ("Airmail",          "class", Word("airmail_on"),               Element),
    ("Airmail",          "class", Word("bloop_original_html"),      Element),
    ("eM Client",        "id",    Word("x_emclientquote"),          Element),
    ("eM Client",        "id",    Word("signature_old"),            Element),
    ("Samsung",          "class", Word("quoted_msg"),               Element),
    ("Samsung",          "id",    Word("composer_signature"),       Element),
    ("K-9",              "class", Word("k9mail_quote"),             Element),
    ("FairEmail",        "class", Word("fairemail_signature"),      Element),
    ("Aqua Mail",        "id",    Word("aqm-original"),             Around),
    ("Aqua Mail",        "id",    Word("aqm-signature"),            Element),
    ("Nine",             "id",    Word("nine_sig"),                 Element),
    ("Mailbird",         "class", Word("mb_sig"),                   Element),
    ("Missive",          "class", Word("missive_quote"),            Around),
    ("Mailspring",       "class", Word("gmail_quote_attribution"),  Element),
    ("BlueMail",         "class", Word("replyhandle"),              Element),
    ("HubSpot",          "class", Word("hs_reply"),                 Element),
    ("Front",            "class", Word("front-blockquote"),         Element),
    ("Front",            "class", Word("front-signature"),          Element),
    ("Freshdesk",        "class", Word("freshdesk_quote"),          Element),
    ("Evolution",        "class", Word("-x-evo-attribution"),       Element),
    ("Evolution",        "class", Word("-x-evo-signature"),         Element),
    ("KMail",            "class", Word("kmail_reply"),              Element),
    ("GroupWise",        "class", Word("groupwisereplyheader"),     Element),
];

/// How the value of an attribute is compared.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    /// One of its words. Before those of a mail that they quote or show on, Outlook puts `x_` and Yahoo `ydp` with a
    /// hash.
    Word(&'static str),
    /// Any part of it, its blanks taken out.
    Part(&'static str),
}
use Holds::{Part, Word};

/// What these attributes of an element make of it.
pub(super) fn extent_of<'a>(
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<Extent> {
    attributes.into_iter().find_map(|(name, value)| {
        let mut rows =
            CONTAINERS.iter().filter(|(_, of, ..)| name.eq_ignore_ascii_case(of)).peekable();
        rows.peek()?;
        let value = value.to_ascii_lowercase();
        let squeezed: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        let fits = |holds: &Holds| match holds {
            Word(word) => value.split_ascii_whitespace().any(|one| {
                one == *word || one.trim_start_matches("x_") == *word || is_of_yahoo(one, word)
            }),
            Part(part) => squeezed.contains(part),
        };
        rows.find(|(_, _, holds, _)| fits(holds)).map(|(.., extent)| *extent)
    })
}

/// "ydp5b7d1f1fsignature".
fn is_of_yahoo(one: &str, word: &str) -> bool {
    let hash = one.strip_prefix("ydp").and_then(|rest| rest.strip_suffix(word));
    hash.is_some_and(|hash| hash.len() <= 8 && hash.bytes().all(|octet| octet.is_ascii_hexdigit()))
}

/// Whether it says that something in it is a quote, without parsing it.
pub(super) fn says_quote(html: &str) -> bool {
    start_tags(html).any(|tag| is_quote(&tag))
}

/// Where what was typed may end, at the latest: for HTML that no parser may see.
pub(super) fn typed_to(html: &str) -> usize {
    let is_old = |tag: &Tag<'_>| {
        tag.name.eq_ignore_ascii_case("blockquote")
            || is_quote(tag)
            || how_hidden(tag.attributes()).is_some()
    };
    start_tags(html).find(is_old).map_or(html.len(), |tag| tag.at)
}

fn is_quote(tag: &Tag<'_>) -> bool {
    let is_cite = |(name, value): (&str, &str)| {
        name.eq_ignore_ascii_case("type") && value.eq_ignore_ascii_case("cite")
    };
    let is_cited = tag.name.eq_ignore_ascii_case("blockquote") && tag.attributes().any(is_cite);
    is_cited || extent_of(tag.attributes()).is_some()
}
