//! Octets -> `Mail`. Never fails but for a limit: what cannot be understood is left out, and a defect says so.
//!
//! The MIME work is mail-parser's. Here is what it leaves open: undeclared 8-bit text, limits, what may stand in a
//! header we show. Body and attachments are in `body`, what kind of mail it is in `class`.

use std::borrow::Cow;
use std::collections::HashSet;

use mail_parser::{HeaderForm, HeaderName, HeaderValue, Message, MessageParser};

use super::body::read_parts;
use super::charset::{undeclared, with_readable_header};
use super::limits::{Limits, OverLimit, after_parsing, before_parsing};
use super::one_line::{make_readable, one_line, shortened};
use super::protection::{structure, without_armour};
use super::{Address, EnvelopeSender, Mail, MessageId, Named, Timestamp};

/// Where servers write which address a mail came to; none of them is a standard.
const DELIVERED_TO: &[&str] =
    &["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To"];

/// A subject is shown in listings and in headers of our own.
const SUBJECT_CHARACTERS: usize = 500;
/// A thread that long is found by its last mails.
const MOST_REFERENCES: usize = 200;
/// Addresses of one header that are kept.
const MOST_ADDRESSES: usize = 1_000;

/// Reads one mail as it came from the server or the file.
///
/// # Errors
/// The limit that it is over; it belongs into quarantine.
pub fn parse(raw: &[u8], limits: &Limits) -> Result<Mail, OverLimit> {
    // Some mailboxes keep an empty line, or one of blanks, before the header.
    let raw = with_line_feeds(raw.trim_ascii_start());
    before_parsing(&raw, limits)?;
    let raw = with_readable_header(&raw);
    let parser = MessageParser::new().with_mime_headers().default_header_text();
    let Some(message) = parser.parse(raw.as_ref()).filter(|message| !message.parts.is_empty())
    else {
        return Ok(without_header(&raw));
    };
    after_parsing(&message, limits)?;

    let mut defects = Vec::new();
    let mut mail = read_header(&message, &mut defects);
    read_content(&message, limits, &mut mail, &mut defects)?;
    mail.defects = distinct(defects);
    Ok(mail)
}

/// The parts, and those inside of an opaque signature.
fn read_content(
    message: &Message<'_>,
    limits: &Limits,
    mail: &mut Mail,
    defects: &mut Vec<String>,
) -> Result<(), OverLimit> {
    let structure = structure(message);
    mail.protection = structure.protection;
    match structure.entity {
        Some(entity) => read_entity(&entity, limits, mail, defects)?,
        None => read_parts(message, mail, defects),
    }
    if let (Some(bare), protection) = without_armour(&mail.text) {
        mail.text = bare;
        if !mail.protection.is_encrypted() {
            mail.protection = protection;
        }
    }
    make_readable(&mut mail.text);
    if mail.protection.is_encrypted() {
        defects.push(format!("{}: not readable here", mail.protection.as_str()));
    }
    Ok(())
}

/// The same mail with nothing in it but this entity: of a mail whose signature was verified, exactly what was signed.
///
/// # Errors
/// The limit that it is over.
pub fn with_content(mail: &Mail, entity: &[u8], limits: &Limits) -> Result<Mail, OverLimit> {
    before_parsing(entity, limits)?;
    let mut defects = Vec::new();
    let mut signed = Mail {
        message_id: mail.message_id.clone(),
        in_reply_to: mail.in_reply_to.clone(),
        references: mail.references.clone(),
        date: mail.date,
        from: mail.from.clone(),
        sender: mail.sender.clone(),
        reply_to: mail.reply_to.clone(),
        to: mail.to.clone(),
        cc: mail.cc.clone(),
        delivered_to: mail.delivered_to.clone(),
        envelope_sender: mail.envelope_sender.clone(),
        subject: mail.subject.clone(),
        headers: mail.headers.clone(),
        ..Mail::default()
    };
    let parser = MessageParser::new().with_mime_headers();
    if let Some(inside) = parser.parse(entity).filter(|inside| !inside.parts.is_empty()) {
        after_parsing(&inside, limits)?;
        read_content(&inside, limits, &mut signed, &mut defects)?;
    }
    if !signed.protection.is_encrypted() {
        signed.protection = mail.protection;
    }
    signed.defects = distinct(defects);
    Ok(signed)
}

/// What an opaque signature signs is MIME again. A second signature inside is a file: who signs twice is not read.
fn read_entity(
    entity: &[u8],
    limits: &Limits,
    mail: &mut Mail,
    defects: &mut Vec<String>,
) -> Result<(), OverLimit> {
    before_parsing(entity, limits)?;
    let parser = MessageParser::new().with_mime_headers();
    let Some(inside) = parser.parse(entity).filter(|inside| !inside.parts.is_empty()) else {
        defects.push("a signature around nothing".to_owned());
        return Ok(());
    };
    after_parsing(&inside, limits)?;
    let protection = structure(&inside).protection;
    if protection.is_encrypted() {
        mail.protection = protection;
    }
    read_parts(&inside, mail, defects);
    Ok(())
}

/// A mail whose lines end in nothing but CR, as old Macs wrote them, is read all the same.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|&octet| if octet == b'\r' { b'\n' } else { octet }).collect())
}

/// Each defect once, and not more than a person reads.
fn distinct(defects: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    defects.into_iter().filter(|defect| seen.insert(defect.clone())).take(30).collect()
}

/// Not a single header field: the whole is text.
fn without_header(raw: &[u8]) -> Mail {
    let mut text = undeclared(raw).replace("\r\n", "\n").replace('\r', "\n");
    make_readable(&mut text);
    Mail { text, defects: vec!["no header field".to_owned()], ..Mail::default() }
}

fn read_header(message: &Message<'_>, defects: &mut Vec<String>) -> Mail {
    let from = addresses(message, HeaderName::From, defects);
    match from.len() {
        0 => defects.push("no usable From".to_owned()),
        1 => {}
        several => defects.push(format!("{several} addresses in From")),
    }
    let message_id = message_ids(message, HeaderName::MessageId).into_iter().next();
    if message_id.is_none() {
        defects.push("no usable Message-ID".to_owned());
    }
    let date = date(message);
    if date.is_none() {
        defects.push("no usable Date".to_owned());
    }
    let headers = headers(message);
    let before = defects.len();
    let to = addresses(message, HeaderName::To, defects);
    let cc = addresses(message, HeaderName::Cc, defects);
    let unread_recipients = defects.len() > before || to.len().max(cc.len()) >= MOST_ADDRESSES;
    let subject = one_line(&text_of(message, HeaderName::Subject));
    Mail {
        message_id,
        in_reply_to: message_ids(message, HeaderName::InReplyTo),
        references: message_ids(message, HeaderName::References),
        date,
        from,
        sender: addresses(message, HeaderName::Sender, defects).into_iter().next(),
        reply_to: addresses(message, HeaderName::ReplyTo, defects),
        to,
        cc,
        unread_recipients,
        delivered_to: delivered_to(&headers),
        envelope_sender: envelope_sender(message),
        subject: shortened(&subject, SUBJECT_CHARACTERS).trim_end().to_owned(),
        headers,
        ..Mail::default()
    }
}

fn addresses(
    message: &Message<'_>,
    name: HeaderName<'static>,
    defects: &mut Vec<String>,
) -> Vec<Named> {
    let shown = name.as_str().to_owned();
    let mut found = Vec::new();
    for value in message.header_as(name, HeaderForm::Addresses) {
        let HeaderValue::Address(list) = value else { continue };
        for entry in list.iter().take(MOST_ADDRESSES) {
            let Some(written) = entry.address() else { continue };
            match readable_address(written) {
                Some(address) => {
                    let name = one_line(entry.name().unwrap_or_default());
                    found.push(Named { name: shortened(&name, 200).to_owned(), address });
                }
                None => {
                    let written = one_line(written);
                    defects.push(format!("{shown}: {:?} is no address", shortened(&written, 80)));
                }
            }
        }
    }
    found.truncate(MOST_ADDRESSES);
    found
}

/// The address that is meant: as it stands, or the only one among forgotten brackets and words.
fn readable_address(written: &str) -> Option<Address> {
    let mut candidates = written.split_whitespace().filter(|word| word.contains('@'));
    let only = candidates.next().filter(|_| candidates.next().is_none())?;
    Address::parse(written)
        .or_else(|| Address::parse(only.trim_matches(|c| "<>\"'()[],;:".contains(c))))
}

/// The Message-IDs of a header, in order; the last ones where there are too many.
fn message_ids(message: &Message<'_>, name: HeaderName<'static>) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for value in message.header_as(name, HeaderForm::MessageIds) {
        let written = match value {
            HeaderValue::Text(one) => vec![one],
            HeaderValue::TextList(many) => many,
            _ => continue,
        };
        // A long one may have been folded inside, which RFC 5322 forbids and some gateways do.
        let unfolded = written.iter().map(|id| id.split_whitespace().collect::<String>());
        ids.extend(unfolded.filter_map(|id| MessageId::parse(&id)));
    }
    let spare = ids.len().saturating_sub(MOST_REFERENCES);
    ids.split_off(spare)
}

fn date(message: &Message<'_>) -> Option<Timestamp> {
    let values = message.header_as(HeaderName::Date, HeaderForm::Date);
    let date = values.iter().find_map(HeaderValue::as_datetime)?;
    date.is_valid().then(|| Timestamp(date.to_timestamp()))
}

fn delivered_to(headers: &[(String, String)]) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    for (name, value) in headers {
        if DELIVERED_TO.iter().any(|known| known.eq_ignore_ascii_case(name))
            && found.len() < MOST_ADDRESSES
        {
            let bare = value.trim_matches(|c: char| c == '<' || c == '>' || c.is_whitespace());
            found.extend(Address::parse(bare).filter(|address| !found.contains(address)));
        }
    }
    found
}

/// The topmost Return-Path, which our own server wrote. `MAILER-DAEMON` without a domain is how some write the null one.
fn envelope_sender(message: &Message<'_>) -> EnvelopeSender {
    let Some(value) = raw_values(message, &HeaderName::ReturnPath).next() else {
        return EnvelopeSender::Unknown;
    };
    let written = value.trim();
    let bare = written.trim_start_matches('<').trim_end_matches('>').trim();
    match Address::parse(bare) {
        Some(address) => EnvelopeSender::Address(address),
        None if bare.eq_ignore_ascii_case("mailer-daemon") => EnvelopeSender::Null,
        None if bare.is_empty() && written.contains('<') => EnvelopeSender::Null,
        None => EnvelopeSender::Unknown,
    }
}

fn raw_values<'m>(
    message: &'m Message<'_>,
    name: &HeaderName<'static>,
) -> impl Iterator<Item = String> + 'm {
    let name = name.clone();
    let fields = message.parts.first().map(|part| part.headers.as_slice()).unwrap_or_default();
    fields.iter().filter(move |field| field.name == name).map(move |field| {
        String::from_utf8_lossy(octets(message, field.offset_start, field.offset_end)).into_owned()
    })
}

/// The first header of this name, decoded.
fn text_of(message: &Message<'_>, name: HeaderName<'static>) -> String {
    let values = message.header_as(name, HeaderForm::Text);
    values.iter().find_map(|value| value.as_text()).unwrap_or_default().to_owned()
}

/// Every field in order: the name as it was written, the value decoded, each on one line.
fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    let Some(top) = message.parts.first() else { return Vec::new() };
    let mut all = Vec::with_capacity(top.headers.len());
    for field in &top.headers {
        let before_colon = octets(message, field.offset_field, field.offset_start);
        let name = String::from_utf8_lossy(before_colon);
        let name = one_line(name.trim_end_matches(|c: char| c == ':' || c.is_whitespace()));
        let value = match field.value.as_text() {
            Some(text) => one_line(text),
            // The MIME fields came as structures; people and rules want them as written.
            None => {
                let raw = octets(message, field.offset_start, field.offset_end);
                one_line(&String::from_utf8_lossy(raw).replace("\r\n", "\n").replace('\n', " "))
            }
        };
        all.push((name, value));
    }
    all
}

fn octets<'m>(message: &'m Message<'_>, start: u32, end: u32) -> &'m [u8] {
    let range = usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(end).unwrap_or(0);
    message.raw_message.get(range).unwrap_or_default()
}
