//! Which ticket a mail belongs to, and as what. First match wins: signed token, Message-ID of a known mail, subject tag.

use super::number::Number;
use super::ticket::{State, Ticket, TicketId};
use crate::mail::{Address, Span, Timestamp};

/// What was found in the mail, looked up in the store by the office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The current or a former confirmation link of this ticket.
    pub link: Option<LinkTo>,
    /// In-Reply-To or References name a mail of ours.
    pub answers_ours: Option<AnswersOurs>,
    /// They name a mail that came to us, which belongs to this ticket.
    pub answers_theirs: Option<TicketId>,
    /// The subject tag, its number known.
    pub tag: Option<TicketId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkTo {
    pub ticket: TicketId,
    pub is_current: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswersOurs {
    pub ticket: TicketId,
    /// Whom that mail went to: an answer proves only somebody who could read it.
    pub sent_to: Address,
    pub letter: super::event::LetterKind,
    /// Nobody else has seen its Message-ID, as far as we know.
    pub is_theirs_alone: bool,
}

impl Evidence {
    /// The ticket that the best evidence names.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketId> {
        self.link
            .map(|l| l.ticket)
            .or_else(|| self.answers_ours.as_ref().map(|a| a.ticket))
            .or(self.answers_theirs)
            .or(self.tag)
    }
}

/// As what somebody who is no agent writes to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Customer(super::event::CustomerProof),
    ThirdParty,
}

/// A participant is proven, not claimed: the address alone, beside a number that is no secret, proves nothing.
#[must_use]
pub fn standing(ticket: &Ticket, from: &Address, evidence: &Evidence) -> Standing {
    use super::event::CustomerProof::{Answer, Claimed, Link, VoidLink};
    let email = ticket.application.as_ref().and_then(|a| a.email.as_ref());
    let is_customer =
        email == Some(from) || ticket.customer.as_ref().is_some_and(|c| c.address == *from);
    let answers = evidence
        .answers_ours
        .as_ref()
        .is_some_and(|o| o.sent_to == *from && o.ticket == ticket.id && o.is_theirs_alone);
    match evidence.link.filter(|link| link.ticket == ticket.id) {
        // Whoever has the link could read the applicant's mail; from another address it is shown, and the owner decides.
        Some(link) if link.is_current => Standing::Customer(Link),
        _ if is_customer && answers => Standing::Customer(Answer),
        // A void link shows no more than that somebody could read the applicant's mail once.
        Some(_) if is_customer => Standing::Customer(VoidLink),
        _ if is_customer => Standing::Customer(Claimed),
        _ => Standing::ThirdParty,
    }
}

/// What a follow-up to a ticket means, before anybody reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// It belongs here (and reopens what was closed lately).
    Here,
    /// The ticket went on in another one.
    Goes(Number),
    /// Closed too long ago: a new ticket, linked to this one.
    Anew,
}

#[must_use]
pub fn follow_up(ticket: &Ticket, reopen_within: Span, now: Timestamp) -> FollowUp {
    match (ticket.state, ticket.continued_in) {
        (State::Merged { into }, _) => FollowUp::Goes(into),
        (_, Some(next)) => FollowUp::Goes(next),
        (State::Closed { at, .. }, None) if now.since(at) >= reopen_within => FollowUp::Anew,
        (State::New | State::Open | State::Pending { .. } | State::Closed { .. }, None) => {
            FollowUp::Here
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{CustomerProof, LetterKind};
    use super::super::testing::{MONDAY, address, ticket};
    use super::super::ticket::Outcome;
    use super::*;

    #[test]
    fn a_participant_is_proven_not_claimed() {
        let ticket = ticket();
        let (lena, mallory) = (address("lena@example.net"), address("mallory@example.net"));
        let ours = |to: &Address| AnswersOurs {
            ticket: ticket.id,
            sent_to: to.clone(),
            letter: LetterKind::Verification,
            is_theirs_alone: true,
        };
        let seen = AnswersOurs { is_theirs_alone: false, ..ours(&lena) };
        let none = Evidence::default();
        for (what, from, evidence, expected) in [
            (
                "an answer to our mail",
                &lena,
                Evidence { answers_ours: Some(ours(&lena)), ..none.clone() },
                Standing::Customer(CustomerProof::Answer),
            ),
            (
                "a tag alone",
                &lena,
                Evidence { tag: Some(ticket.id), ..none.clone() },
                Standing::Customer(CustomerProof::Claimed),
            ),
            (
                "her own Message-ID",
                &lena,
                Evidence { answers_theirs: Some(ticket.id), ..none.clone() },
                Standing::Customer(CustomerProof::Claimed),
            ),
            (
                "an answer to another's mail",
                &lena,
                Evidence { answers_ours: Some(ours(&mallory)), ..none.clone() },
                Standing::Customer(CustomerProof::Claimed),
            ),
            (
                "an answer to our mail that others have seen",
                &lena,
                Evidence { answers_ours: Some(seen), ..none.clone() },
                Standing::Customer(CustomerProof::Claimed),
            ),
            (
                "a stranger with her Message-ID",
                &mallory,
                Evidence { answers_ours: Some(ours(&lena)), ..none.clone() },
                Standing::ThirdParty,
            ),
            (
                "a stranger with the tag",
                &mallory,
                Evidence { tag: Some(ticket.id), ..none.clone() },
                Standing::ThirdParty,
            ),
            (
                "the link",
                &mallory,
                Evidence { link: Some(LinkTo { ticket: ticket.id, is_current: true }), ..none },
                Standing::Customer(CustomerProof::Link),
            ),
        ] {
            assert_eq!(standing(&ticket, from, &evidence), expected, "{what}");
        }
    }

    #[test]
    fn an_old_closed_ticket_is_not_opened_again() {
        let mut ticket = ticket();
        ticket.state = State::Closed { outcome: Outcome::Success, at: MONDAY };
        for (later, expected) in [
            (Span::days(13), FollowUp::Here),
            (Span(Span::days(14).0 - 1), FollowUp::Here),
            (Span::days(14), FollowUp::Anew),
        ] {
            assert_eq!(follow_up(&ticket, Span::days(14), MONDAY.plus(later)), expected);
        }
        ticket.continued_in = Some(Number(1));
        assert_eq!(
            follow_up(&ticket, Span::days(14), MONDAY.plus(Span::days(90))),
            FollowUp::Goes(Number(1))
        );
    }
}
