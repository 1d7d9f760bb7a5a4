//! Authentication-Results (RFC 8601) of our own mail server: which fields are its own, and what they say.
//!
//! Its own are those with its authserv-id that stand above everything a stranger can have brought along. A filter beside the server
//! mostly writes right below the server's Received, where the stranger's fields begin: of those only the first is believed, and a
//! log-in only where the Received above it knows of one, and a domain's word only where it knows of none. A server that writes to some mails only has to remove foreign fields
//! with its name, as RFC 8601 section 5 demands and every usual one does. Whether what they say is about the mail as we read it,
//! `doubt` says.

use super::checked::Verdict;
use super::fields::{Field, fields};
use super::received::{self, Entry};
use super::structured::{self, Piece};

/// What a mail's Authentication-Results say, as far as they are our server's. `from` is the domain in From, in lower case.
#[must_use]
pub fn read(raw: &[u8], authserv_id: &str, from: &str) -> Vec<Verdict> {
    let fields = fields(raw);
    let mut verdicts = Vec::new();
    let entry = received::entry(&fields);
    // Whoever makes our server's Received hard to read must not get rid of a fail by it.
    if entry.as_ref().is_some_and(|entry| !entry.is_clear) {
        let said = named(&fields, authserv_id).filter_map(results);
        let said = said.flat_map(|results| verdicts_of(&results, from));
        verdicts.extend(said.filter(|verdict| matches!(verdict, Verdict::DmarcFail(_))));
    }
    for (value, place) in own(&fields, entry.as_ref(), authserv_id) {
        let Some(results) = results(value) else {
            // The same for a client that makes the field itself hard to read, by an address that is written into it.
            if names_a_fail(value) {
                verdicts.push(Verdict::DmarcFail(from.to_owned()));
            }
            continue;
        };
        let said = verdicts_of(&results, from);
        verdicts.extend(said.into_iter().filter(|verdict| place.knows_of(verdict)));
    }
    verdicts
}

/// Where a field of ours stands.
#[derive(Clone, Copy)]
enum Place<'e> {
    /// Above all that a stranger can have brought along.
    Above,
    /// Right below the Received of the step into the house.
    Below(&'e Entry),
}

impl Place<'_> {
    /// Whether the step into the house was one of which this can be said: whoever logs in is not asked for their domain's
    /// word, and whoever does not has no log-in.
    fn knows_of(self, verdict: &Verdict) -> bool {
        match (self, verdict) {
            (Self::Above, _) | (Self::Below(_), Verdict::DmarcFail(_)) => true,
            (Self::Below(entry), Verdict::LoggedIn(login)) => {
                let is_it = |named: &String| named.eq_ignore_ascii_case(login);
                entry.logged_in && entry.login.as_ref().is_none_or(is_it)
            }
            (Self::Below(entry), Verdict::DkimPass(_) | Verdict::DmarcPass(_)) => !entry.logged_in,
        }
    }
}

/// The fields of our server, from the top down.
fn own<'f>(
    fields: &'f [Field],
    entry: Option<&'f Entry>,
    authserv_id: &str,
) -> Vec<(&'f str, Place<'f>)> {
    let named =
        |range: std::ops::Range<usize>| named(fields.get(range).unwrap_or_default(), authserv_id);
    let Some(entry) = entry else {
        // No server has said how it came: then the topmost is the last that was written.
        return named(0..fields.len()).take(1).map(|value| (value, Place::Above)).collect();
    };
    let above: Vec<_> = named(0..entry.at).map(|value| (value, Place::Above)).collect();
    if !above.is_empty() || !entry.is_by(authserv_id) || !entry.is_smtp {
        return above;
    }
    let below = named(entry.at + 1..entry.next);
    below.take(1).map(|value| (value, Place::Below(entry))).collect()
}

fn named<'f>(fields: &'f [Field], authserv_id: &str) -> impl Iterator<Item = &'f str> {
    fields
        .iter()
        .filter(|field| field.is("Authentication-Results"))
        .map(|field| field.value.as_str())
        .filter(move |value| is_of(value, authserv_id))
}

/// By how it begins: one that cannot be read must not leave its place to the next. No server writes a comment or a quotation mark
/// there, as RFC 8601 allows; whoever does it wants to get past a filter.
fn is_of(value: &str, authserv_id: &str) -> bool {
    let value = value.trim_ascii_start();
    let end = value.find([' ', '\t', ';', '(']).unwrap_or(value.len());
    value.get(..end).is_some_and(|id| id.eq_ignore_ascii_case(authserv_id))
}

/// One `method=result` with its properties, names in lower case.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Outcome {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// None where it is not to be read: then nothing in it counts.
fn results(value: &str) -> Option<Vec<Outcome>> {
    let mut statements = statements(value)?.into_iter();
    let head = statements.next()?;
    // A version other than 1 means something we do not know.
    match head.as_slice() {
        [_id] => {}
        [_id, version] if version == "1" => {}
        _ => return None,
    }
    Some(statements.filter_map(|words| outcome(&words)).collect())
}

fn outcome(words: &[String]) -> Option<Outcome> {
    let mut pairs = words.iter().filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    });
    let (method, result) = pairs.next()?;
    let method = match method.split_once('/') {
        None => method,
        Some((method, "1")) => method.to_owned(),
        Some(_) => return None,
    };
    Some(Outcome { method, result: result.to_ascii_lowercase(), properties: pairs.collect() })
}

/// Of a field that nobody can read.
fn names_a_fail(value: &str) -> bool {
    let joined: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    joined.to_ascii_lowercase().contains("dmarc=fail")
}

fn verdicts_of(results: &[Outcome], from: &str) -> Vec<Verdict> {
    let of = |method: &'static str| results.iter().filter(move |r| r.method == method);
    let mut verdicts: Vec<Verdict> = of("dkim")
        .filter(|r| r.result == "pass")
        .filter_map(signing_domain)
        .map(Verdict::DkimPass)
        .collect();
    // A mail has one From and was submitted once: a second result of these is somebody else's words inside of the first.
    // A fail is one wherever it stands: whoever puts a pass before it gains nothing.
    let domain = |result: &Outcome| result.property("header.from").map(domain_of);
    if let Some(fail) = of("dmarc").find(|r| r.result == "fail") {
        verdicts.push(Verdict::DmarcFail(domain(fail).unwrap_or_else(|| from.to_owned())));
    } else if let (Some(dmarc), 1) = (of("dmarc").next(), of("dmarc").count())
        && dmarc.result == "pass"
    {
        verdicts.extend(domain(dmarc).map(Verdict::DmarcPass));
    }
    if let (Some(auth), 1) = (of("auth").next(), of("auth").count())
        && auth.result == "pass"
        && let Some(login) = auth.property("smtp.auth")
    {
        verdicts.push(Verdict::LoggedIn(login.to_owned()));
    }
    verdicts
}

/// `header.d`, or what stands behind the `@` of `header.i`; where both stand there, they fit together.
fn signing_domain(result: &Outcome) -> Option<String> {
    let signer = result.property("header.d").map(domain_of);
    let user = result.property("header.i").map(domain_of);
    match (signer, user) {
        (Some(d), Some(i)) => (i == d || i.ends_with(&format!(".{d}"))).then_some(d),
        (Some(d), None) => Some(d),
        (None, i) => i,
    }
}

fn domain_of(value: &str) -> String {
    value.rsplit('@').next().unwrap_or_default().to_lowercase()
}

/// What stands between semicolons, each as its words, without comments and quotation marks; `name = value` is one word, however it is
/// spaced. None where a comment or a quotation has no end.
fn statements(value: &str) -> Option<Vec<Vec<String>>> {
    let pieces = structured::pieces(value)?;
    Some(pieces.split(|piece| *piece == Piece::Semicolon).map(statement).collect())
}

fn statement(pieces: &[Piece]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    // A blank ends a word, unless an equals sign comes next or came last.
    let (mut is_over, mut after_equals) = (false, false);
    for piece in pieces {
        let text = match piece {
            Piece::Blank | Piece::Comment(_) | Piece::Semicolon => {
                is_over = !word.is_empty() && !after_equals;
                continue;
            }
            Piece::Text(text) | Piece::Quoted(text) => text.clone(),
            Piece::Angle(text) => format!("<{text}>"),
        };
        let is_value = matches!(piece, Piece::Text(_)) && text.starts_with('=');
        if is_over && !is_value {
            words.push(std::mem::take(&mut word));
        }
        is_over = false;
        // A second equals sign belongs to the value.
        after_equals = matches!(piece, Piece::Text(_))
            && text.ends_with('=')
            && !word.contains('=')
            && text.find('=') == Some(text.len() - 1);
        word.push_str(&text);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests;
