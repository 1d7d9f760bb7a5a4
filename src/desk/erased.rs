//! What is left of a ticket when the person it was about is forgotten: numbers, states and times, and no word of theirs.
//!
//! Either all of a ticket goes, or, where it is somebody else's as well, what belongs to one address. Which of the two is the
//! office's to say.

use super::effect::{Author, What};
use super::ticket::{Outcome, State, Ticket};
use crate::mail::{Address, Named, Timestamp};

/// Stands where a login was.
const ERASED: &str = "-";

/// All of it. What was open is closed: nobody is left to be answered.
#[must_use]
pub fn ticket(ticket: &Ticket, now: Timestamp) -> Ticket {
    let mut left = ticket.clone();
    left.subject = String::new();
    left.customer = None;
    left.lock = None;
    if ticket.is_open() {
        left.state = State::Closed { outcome: Outcome::Fail, at: now };
    }
    if let Some(application) = &mut left.application {
        application.name = None;
        application.email = None;
        application.login = None;
        application.reason = None;
        application.link = None;
        application.undeliverable = None;
        application.close_after = None;
    }
    left
}

/// What of it belongs to this address (`Address::key`).
#[must_use]
pub fn ticket_in_part(ticket: &Ticket, key: &str) -> Ticket {
    let mut left = ticket.clone();
    if ticket.customer.as_ref().is_some_and(|customer| is(&customer.address, key)) {
        left.customer = None;
        left.subject = String::new();
    }
    left.subject = without(&left.subject, key).unwrap_or(left.subject);
    let Some(application) = &mut left.application else { return left };
    if application.email.as_ref().is_some_and(|email| is(email, key)) {
        application.name = None;
        application.email = None;
        application.login = None;
        application.reason = None;
        application.link = None;
    }
    application.reason = application.reason.take().map(|text| without(&text, key).unwrap_or(text));
    application.link.take_if(|link| is(&link.sent_to, key));
    application.undeliverable.take_if(|bounced| is(&bounced.address, key));
    left
}

/// The same line of the history without its details. None where it has none that name anybody.
#[must_use]
pub fn what(what: &What) -> Option<What> {
    Some(match what {
        What::LinkSent { .. } => What::LinkSent { to: Address::nobody() },
        What::QuestionSent { .. } => What::QuestionSent { to: Address::nobody() },
        What::AccountCreated { .. } => What::AccountCreated { login: ERASED.to_owned() },
        What::AccountFailed { .. } => What::AccountFailed { login: ERASED.to_owned() },
        What::AccountSuspended { .. } => What::AccountSuspended { login: ERASED.to_owned() },
        What::Bounced { status, .. } => {
            What::Bounced { address: Address::nobody(), status: status.clone() }
        }
        What::Created
        | What::CustomerWrote
        | What::ThirdPartyWrote
        | What::AutomaticCame
        | What::Locked { .. }
        | What::Unlocked
        | What::Released
        | What::Assigned { .. }
        | What::PeriodBegan
        | What::PeriodRenewed
        | What::Replied
        | What::Noted
        | What::Confirmed
        | What::CredentialsSent
        | What::Withdrawn
        | What::Expired
        | What::Reminded
        | What::Closed { .. }
        | What::Spam
        | What::Reopened
        | What::Pending { .. }
        | What::PendingOver
        | What::Escalated
        | What::Priority { .. }
        | What::Moved { .. }
        | What::FieldSet { .. }
        | What::Challenged
        | What::Refused
        | What::Continued { .. }
        | What::Erased => return None,
    })
}

/// Whether a line of the history names this address, or this login.
#[must_use]
pub fn names(what: &What, key: &str, login: Option<&str>) -> bool {
    match what {
        What::LinkSent { to } | What::QuestionSent { to } => is(to, key),
        What::Bounced { address, .. } => is(address, key),
        What::AccountCreated { login: named }
        | What::AccountFailed { login: named }
        | What::AccountSuspended { login: named } => {
            login.is_some_and(|login| login.eq_ignore_ascii_case(named))
        }
        _ => false,
    }
}

/// The same kind of author, who is nobody any more. Agents keep their number: it is theirs, not the customer's.
#[must_use]
pub fn author(author: &Author) -> Author {
    let nobody = || Named { name: String::new(), address: Address::nobody() };
    match author {
        Author::Customer(_) => Author::Customer(nobody()),
        Author::ThirdParty(_) => Author::ThirdParty(nobody()),
        Author::Machine(_) => Author::Machine(nobody()),
        Author::Agent(agent) => Author::Agent(*agent),
        Author::System => Author::System,
    }
}

/// Whether this address wrote it.
#[must_use]
pub fn is_by(author: &Author, key: &str) -> bool {
    match author {
        Author::Customer(named) | Author::ThirdParty(named) | Author::Machine(named) => {
            is(&named.address, key)
        }
        Author::Agent(_) | Author::System => false,
    }
}

/// The whole address, and no neighbour of it: not the one that it begins or ends, not a subaddress.
#[must_use]
pub fn is(address: &Address, key: &str) -> bool {
    address.key() == key
}

/// A text without the address; None where it does not stand in it.
#[must_use]
pub fn without(text: &str, key: &str) -> Option<String> {
    let (mut left, mut copied) = (String::new(), 0);
    for at in places(text.as_bytes(), key.as_bytes()) {
        left.push_str(text.get(copied..at)?);
        left.push('…');
        copied = at + key.len();
    }
    (copied > 0).then(|| {
        left.push_str(text.get(copied..).unwrap_or_default());
        left
    })
}

/// Whether a mail's octets name the address as they stand.
#[must_use]
pub fn stands_in(octets: &[u8], key: &str) -> bool {
    places(octets, key.as_bytes()).next().is_some()
}

/// Where the address stands as a whole, in any case of letters.
fn places<'a>(octets: &'a [u8], key: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    // What may stand beside an address without being part of it: a sentence ends with a point.
    let in_local = |b: &u8| b.is_ascii_alphanumeric() || b"+-_.".contains(b);
    let in_label = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let first = key.first().copied().unwrap_or_default();
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(at) = octets.get(from..)?.iter().position(|b| b.eq_ignore_ascii_case(&first))
        {
            let at = from + at;
            from = at + 1;
            let end = at + key.len();
            if !octets.get(at..end).is_some_and(|there| there.eq_ignore_ascii_case(key)) {
                continue;
            }
            let before = at.checked_sub(1).and_then(|before| octets.get(before));
            let after = octets.get(end..).unwrap_or_default();
            let label_follows = after.first() == Some(&b'.') && after.get(1).is_some_and(in_label);
            if before.is_some_and(in_local) || after.first().is_some_and(in_label) || label_follows
            {
                continue;
            }
            from = end;
            return Some(at);
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_as_a_whole_and_no_neighbour_of_it_is() {
        let key = "jo@example.net";
        for (text, expected) in [
            ("write to Jo@Example.net, please", Some("write to …, please")),
            ("<jo@example.net>", Some("<…>")),
            ("jo@example.net jo@example.net.", Some("… ….")),
            ("It is jo@example.net.\nBye", Some("It is ….\nBye")),
            ("ü jo@example.net ü", Some("ü … ü")),
            ("banjo@example.net", None),
            ("jo@example.network", None),
            ("jo@example.net.au", None),
            ("jo+x@example.net", None),
            ("x.jo@example.net", None),
            ("jo@example.ne", None),
            ("", None),
        ] {
            assert_eq!(without(text, key).as_deref(), expected, "{text}");
            assert_eq!(stands_in(text.as_bytes(), key), expected.is_some(), "{text}");
        }
    }
}
