//! The parts of a mail: which are its text, which its HTML, which are attachments, and the machine-readable report.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, Encoding, Message, MessagePart, MimeHeaders, PartType};

use super::charset::{decode, is_known};
use super::file_name::{make_distinct, safe_name};
use super::flowed::unflowed;
use super::html::{html_to_text, typed_part};
use super::html_quote::says_quote;
use super::line::{LineKind, is_quoted};
use super::new_text::new_text;
use super::one_line::{one_line, shortened};
use super::{Attachment, Mail, Report, tnef};

/// Second parts of a `multipart/report` (RFC 6522, 6533) and the report-type they stand for. They count, not what the
/// whole says: some servers call it `multipart/mixed`.
const REPORTS: &[(&str, &str)] = &[
    ("message/delivery-status", "delivery-status"),
    ("message/global-delivery-status", "delivery-status"),
    ("message/disposition-notification", "disposition-notification"),
    ("message/global-disposition-notification", "disposition-notification"),
    ("message/feedback-report", "feedback-report"),
];

/// How Outlook's wrapping is declared.
const TNEF: &[&str] = &["application/ms-tnef", "application/vnd.ms-tnef"];

/// What the third part may be: the returned mail or its header.
const ORIGINALS: &[&str] = &[
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/global-headers",
];

/// Fills in `text`, `html`, `attachments` and `report`.
pub fn read_parts(message: &Message<'_>, mail: &mut Mail, defects: &mut Vec<String>) {
    let mut text = String::new();
    let mut is_html_shown = false;
    let mut plain_pieces = 0_usize;
    let mut html = String::new();
    let files_among = files_among_the_text(message);
    let is_file = |part: &MessagePart<'_>| files_among.iter().any(|one| std::ptr::eq(*one, part));
    let is_html = |part: &&MessagePart<'_>| matches!(part.body, PartType::Html(_));
    for part in message.html_bodies().filter(is_html).filter(|part| !is_file(part)) {
        html.push_str(&text_of(message, part, defects));
    }
    for part in message.text_bodies().filter(|part| !is_file(part)) {
        let piece = match &part.body {
            PartType::Text(_) => {
                plain_pieces = plain_pieces.saturating_add(1);
                plain_text(message, part, defects)
            }
            PartType::Html(_) => {
                is_html_shown = true;
                html_to_text(&text_of(message, part, defects))
            }
            _ => continue, // an image among the text is an attachment
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&piece);
    }
    if text.trim().is_empty() && !html.is_empty() && !is_html_shown {
        text = html_to_text(&html); // an empty plain part beside the real one
    }
    if !is_html_shown && says_quote(&html) {
        text = text_of_both(text, plain_pieces, &html);
    }
    let mut torn = None;
    if text.trim().is_empty() && html.is_empty() {
        torn = torn_part(message);
        text = torn
            .map(|part| torn_text(message, part, defects))
            .or_else(|| unsplit(message, defects))
            .unwrap_or(text);
    }
    mail.text = text;
    mail.html = (!html.is_empty()).then_some(html);
    // Neither a multipart that could not be split nor what was read as the text is a file of its own.
    let among = files_among.iter().copied();
    let parts = message.attachments().filter(|part| !is_file(part)).chain(among);
    let parts = parts.filter(|part| !media_type(part).starts_with("multipart/"));
    let files = parts.filter(|part| !torn.is_some_and(|torn| std::ptr::eq(torn, *part)));
    mail.attachments = files.map(|part| attachment(message, part, defects)).collect();
    unwrap_tnef(mail, defects);
    make_distinct(&mut mail.attachments);
    mail.report = report(message);
}

/// What is in a `winmail.dat` stands in its place; its text counts where the mail has none.
fn unwrap_tnef(mail: &mut Mail, defects: &mut Vec<String>) {
    let mut files = Vec::with_capacity(mail.attachments.len());
    for attachment in std::mem::take(&mut mail.attachments) {
        let is_tnef = TNEF.contains(&attachment.media_type.as_str())
            || attachment.name.eq_ignore_ascii_case("winmail.dat");
        let Some(inside) = is_tnef.then(|| tnef::read(&attachment.content)).flatten() else {
            if is_tnef {
                defects.push("a winmail.dat that cannot be read".to_owned());
            }
            files.push(attachment);
            continue;
        };
        defects.push(format!("a winmail.dat with {} files", inside.files.len()));
        if inside.is_torn {
            defects.push("a winmail.dat that breaks off".to_owned());
        }
        files.extend(inside.files.into_iter().map(|file| {
            let media_type = file.media_type.as_deref().and_then(checked_type);
            let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            let name = safe_name(file.name.as_deref(), &media_type);
            Attachment { name, media_type, content: file.content }
        }));
        if !mail.text.trim().is_empty() {
            continue;
        }
        let plain = inside.text.filter(|text| !text.trim().is_empty());
        match (plain, inside.html) {
            (Some(plain), _) => mail.text = with_plain_line_ends(&plain),
            (None, Some(html)) => {
                mail.text = html_to_text(&html);
                mail.html = Some(html.replace('\0', ""));
            }
            (None, None) if inside.has_rtf => {
                // Shown as it is: the words are in there, and whoever reads it can ask for them.
                defects.push("a text that is only in the RTF of a winmail.dat".to_owned());
                files.push(attachment);
            }
            (None, None) => {}
        }
    }
    mail.attachments = files;
}

/// Text behind the first that has a file's name: a file, though its sender wants it shown among the text. What stands in
/// a program or a log was not typed.
fn files_among_the_text<'m>(message: &'m Message<'m>) -> Vec<&'m MessagePart<'m>> {
    let is_text =
        |part: &&MessagePart<'_>| matches!(part.body, PartType::Text(_) | PartType::Html(_));
    let mut found: Vec<&MessagePart<'_>> = Vec::new();
    for parts in [message.text_bodies().collect::<Vec<_>>(), message.html_bodies().collect()] {
        let behind = parts.into_iter().filter(is_text).skip(1);
        for part in behind.filter(|part| part.attachment_name().is_some()) {
            if !found.iter().any(|one| std::ptr::eq(*one, part)) {
                found.push(part);
            }
        }
    }
    found
}

/// The plain part, or the HTML turned into text where only that still says what is quoted: some clients write it so, and
/// then old text would pass for new. Either nothing in the plain one looks old, or more of it than was typed looks new.
fn text_of_both(text: String, plain_pieces: usize, html: &str) -> String {
    let is_below_what_was_typed =
        |kind: LineKind| matches!(kind, LineKind::Signature | LineKind::Disclaimer);
    let of_plain = new_text(&text);
    let nothing_looks_old =
        of_plain.left_out.iter().all(|piece| is_below_what_was_typed(piece.kind));
    if nothing_looks_old && !text.lines().any(is_quoted) {
        return html_to_text(html);
    }
    // Most replies stand above their quote in both: no parser is needed to see that. What stands in a second plain part is
    // not in the HTML.
    let plain = letters(&of_plain.text);
    if plain_pieces > 1 || letters(&typed_part(html)).starts_with(&plain) {
        return text;
    }
    let rendered = html_to_text(html);
    let of_html = letters(&new_text(&rendered).text);
    if of_html.len() < plain.len() && plain.starts_with(&of_html) { rendered } else { text }
}

/// What white space, emphasis and the like leave as it is.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || *c == '#').collect()
}

/// The text part after which the mail breaks off: the parser takes it for a file, since no boundary ends it.
fn torn_part<'m>(message: &'m Message<'m>) -> Option<&'m MessagePart<'m>> {
    message.attachments().find(|part| {
        part.is_encoding_problem
            && matches!(part.body, PartType::Text(_))
            && part.attachment_name().is_none()
            && matches!(media_type(part).as_str(), "text/plain" | "text/html")
    })
}

fn torn_text(message: &Message<'_>, part: &MessagePart<'_>, defects: &mut Vec<String>) -> String {
    defects.push("a mail that breaks off".to_owned());
    match media_type(part).as_str() {
        "text/html" => html_to_text(&text_of(message, part, defects)),
        _ => plain_text(message, part, defects),
    }
}

/// The text of a multipart whose boundary never comes: better read with its MIME in it than not at all.
fn unsplit(message: &Message<'_>, defects: &mut Vec<String>) -> Option<String> {
    let top = message.parts.first()?;
    let is_split = matches!(&top.body, PartType::Multipart(parts) if !parts.is_empty());
    if !media_type(top).starts_with("multipart/") || is_split {
        return None;
    }
    defects.push("a multipart without its boundary".to_owned());
    Some(plain_text(message, top, defects))
}

fn attachment(
    message: &Message<'_>,
    part: &MessagePart<'_>,
    defects: &mut Vec<String>,
) -> Attachment {
    let media_type = media_type(part);
    let declared = part.attachment_name().map(str::to_owned).or_else(|| enclosed_subject(part));
    let content = match &part.body {
        // Text in a charset that was declared becomes UTF-8; all else stays as it was.
        PartType::Text(_) | PartType::Html(_) if charset_of(part).is_some_and(is_known) => {
            text_of(message, part, defects).into_bytes()
        }
        PartType::Multipart(_) => Vec::new(),
        _ => octets(message, part),
    };
    Attachment { name: safe_name(declared.as_deref(), &media_type), media_type, content }
}

/// An enclosed mail is called by its subject.
fn enclosed_subject(part: &MessagePart<'_>) -> Option<String> {
    let PartType::Message(enclosed) = &part.body else { return None };
    let subject = one_line(enclosed.subject()?).replace(['/', '\\'], "-");
    (!subject.is_empty()).then(|| format!("{}.eml", shortened(&subject, 60)))
}

fn report(message: &Message<'_>) -> Option<Report> {
    let (second, kind) = message.parts.iter().find_map(|part| {
        let written = media_type(part);
        REPORTS.iter().find(|(second, _)| *second == written).map(|(_, kind)| (part, *kind))
    })?;
    let fields = with_plain_line_ends(&decode(&octets(message, second), charset_of(second)));
    let original = message
        .parts
        .iter()
        .find(|part| ORIGINALS.contains(&media_type(part).as_str()))
        .map(|part| with_plain_line_ends(&decode(&octets(message, part), charset_of(part))));
    Some(Report { kind: kind.to_owned(), fields, original })
}

fn plain_text(message: &Message<'_>, part: &MessagePart<'_>, defects: &mut Vec<String>) -> String {
    let text = with_plain_line_ends(&text_of(message, part, defects));
    let says = |name: &str, value: &str| {
        let found = part.content_type().and_then(|c| c.attribute(name));
        found.is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    };
    if says("format", "flowed") { unflowed(&text, says("delsp", "yes")) } else { text }
}

/// The decoded text of a text part, in its declared charset or the one it must be in.
fn text_of(message: &Message<'_>, part: &MessagePart<'_>, defects: &mut Vec<String>) -> String {
    if let Some(charset) = charset_of(part).filter(|charset| !is_known(charset)) {
        defects.push(format!("unknown charset {:?}", shortened(&one_line(charset), 40)));
    }
    if part.is_encoding_problem {
        defects.push(format!("a {} part is not encoded as it says", media_type(part)));
    }
    let text = decode(&octets(message, part), charset_of(part));
    text.strip_prefix('\u{feff}').unwrap_or(&text).replace('\0', "")
}

/// The octets of a part, its transfer encoding undone, whatever charset they are in.
pub(super) fn octets(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    match &part.body {
        PartType::Binary(content) | PartType::InlineBinary(content)
            if !part.is_encoding_problem =>
        {
            content.to_vec()
        }
        PartType::Message(enclosed) if part.encoding != Encoding::None => {
            enclosed.raw_message.to_vec()
        }
        _ => {
            let start = usize::try_from(part.offset_body).unwrap_or(usize::MAX);
            let end = usize::try_from(part.offset_end).unwrap_or(0);
            let raw = message.raw_message.get(start..end).unwrap_or_default();
            let encoding = part.content_transfer_encoding().unwrap_or_default().trim();
            if encoding.eq_ignore_ascii_case("quoted-printable") {
                quoted_printable_decode(raw).unwrap_or_else(|| forgiving_quoted_printable(raw))
            } else if encoding.eq_ignore_ascii_case("base64") {
                base64_decode(raw).unwrap_or_else(|| forgiving_base64(raw))
            } else {
                raw.to_vec()
            }
        }
    }
}

/// RFC 2045 section 6.7: what is no encoding stays as it is.
pub(super) fn forgiving_quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let hex =
            |octet: &u8| char::from(*octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (first, after) {
            (b'=', [b'\r', b'\n', tail @ ..] | [b'\n', tail @ ..]) => rest = tail,
            (b'=', [high, low, tail @ ..]) => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = tail;
                }
                _ => out.push(first),
            },
            _ => out.push(first),
        }
    }
    out
}

/// RFC 2045 section 6.8: what is no base64 is skipped, and so are lines of words, which a list server adds below; text
/// that never was base64 is kept.
pub(super) fn forgiving_base64(raw: &[u8]) -> Vec<u8> {
    let has_words = |line: &[u8]| line.trim_ascii().iter().any(u8::is_ascii_whitespace);
    let is_base64 =
        |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=');
    let lines = raw.split(|&octet| octet == b'\n').filter(|line| !has_words(line));
    let clean: Vec<u8> = lines.flatten().copied().filter(is_base64).collect();
    base64_decode(&clean).filter(|octets| !octets.is_empty()).unwrap_or_else(|| raw.to_vec())
}

fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}

fn charset_of<'p>(part: &'p MessagePart<'_>) -> Option<&'p str> {
    part.content_type().and_then(|content_type| content_type.attribute("charset"))
}

/// `type/subtype`, lower case, nothing but its own characters (RFC 6838 section 4.2).
pub(super) fn media_type(part: &MessagePart<'_>) -> String {
    let default = || match part.body {
        PartType::Message(_) => "message/rfc822".to_owned(),
        PartType::Text(_) => "text/plain".to_owned(),
        _ => "application/octet-stream".to_owned(),
    };
    part.content_type().and_then(written_type).unwrap_or_else(default)
}

fn written_type(content_type: &ContentType<'_>) -> Option<String> {
    checked_type(&format!("{}/{}", content_type.ctype(), content_type.subtype()?))
}

fn checked_type(written: &str) -> Option<String> {
    let written = written.to_ascii_lowercase();
    let fits = written.len() <= 128
        && written.contains('/')
        && !written.starts_with('/')
        && !written.ends_with('/')
        && written.chars().all(|c| c.is_ascii_alphanumeric() || "/!#$&-^_.+".contains(c));
    fits.then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_both_parts_the_one_in_which_less_was_typed_is_read() {
        let html = "<p>Yes, *please*.</p><div class=yahoo_quoted>Jo aliandika<p>#lock</p></div>";
        for (plain, shown) in [
            ("Yes, please.\n\nJo aliandika\n#lock\n", "Yes, *please*."),
            ("Yes, please.\n\nJo aliandika\n#lock\n\n> older\n", "Yes, *please*."),
            ("Yes, please.\n\nJo wrote:\n> #lock\n", "Yes, please."),
            // Not the same text: nothing is known about it.
            ("No, thanks.\n\nJo wrote:\n> x\n", "No, thanks."),
        ] {
            let text = text_of_both(plain.to_owned(), 1, html);
            assert_eq!(new_text(&text).text, shown, "{plain}");
        }
        let plain = "Yes, please.\n\nJo wrote:\n> x\n\nA second part.";
        assert_eq!(text_of_both(plain.to_owned(), 2, html), plain);
    }
}
