//! Threads: to what a mail refers, so that every client keeps those of a ticket together and no customer sees another's.

use crate::desk::number::Number;
use crate::mail::{Address, MessageId};

/// A mail's In-Reply-To and References (RFC 5322 section 3.6.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    pub in_reply_to: Option<MessageId>,
    pub references: Vec<MessageId>,
}

/// The most that a mail refers to: the first ones and the last.
const MOST: usize = 20;

/// What all mails to agents about a ticket refer to: `<NUMBER.QUEUE@domain>`. No mail needs to have this Message-ID, so the order
/// in which they arrive does not matter.
#[must_use]
pub fn root(number: Number, queue: &str, address: &Address) -> Option<MessageId> {
    MessageId::parse(&format!("{number}.{}@{}", atom(queue), address.domain()))
}

/// A queue's name as part of a Message-ID or List-Id.
#[must_use]
pub fn atom(queue: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    queue.chars().map(plain).collect()
}

impl Thread {
    /// To an agent: the root, then the first mail to this agent about the ticket, if there was one.
    #[must_use]
    pub fn of_agent(root: Option<MessageId>, first: Option<MessageId>) -> Self {
        let references: Vec<MessageId> = [root, first].into_iter().flatten().collect();
        Self { in_reply_to: references.last().cloned(), references }
    }

    /// To a customer: only mails of and to this customer, oldest first.
    #[must_use]
    pub fn of_customer(mut mails: Vec<MessageId>) -> Self {
        if mails.len() > MOST {
            mails.drain(1..mails.len() + 1 - MOST);
        }
        Self { in_reply_to: mails.last().cloned(), references: mails }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> MessageId {
        MessageId::parse(text).unwrap()
    }

    #[test]
    fn all_mails_to_agents_refer_to_one_root() {
        let address = Address::parse("antrag@example.org").unwrap();
        let root = root(Number(2_026_112_300_000_014), "onno::antrag", &address);
        assert_eq!(root, Some(id("2026112300000014.onno--antrag@example.org")));
        assert_eq!(Thread::of_agent(root.clone(), None).in_reply_to, root);
        let later = Thread::of_agent(root.clone(), Some(id("a@b")));
        assert_eq!(later.in_reply_to, Some(id("a@b")));
        assert_eq!(later.references.first(), root.as_ref());
    }

    #[test]
    fn a_long_thread_keeps_its_first_mail_and_the_last_ones() {
        let mails: Vec<MessageId> = (0..50).map(|n| id(&format!("{n}@x"))).collect();
        let thread = Thread::of_customer(mails);
        assert_eq!(thread.references.len(), MOST);
        assert_eq!(thread.references.first(), Some(&id("0@x")));
        assert_eq!(thread.in_reply_to, Some(id("49@x")));
    }
}
