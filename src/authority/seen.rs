//! Who else has seen a mail and the token in it, as far as the mail itself says.
//!
//! A blind copy is not seen here: nobody but its receiver knows of it, and they hold a token that works from the agent's address alone.

use crate::desk::people::Agent;
use crate::desk::rules::Rules;
use crate::mail::{Address, Mail};

/// Beside To and Cc: a client that leaves Bcc in, and whom a mail was sent on to as it is (RFC 5322 section 3.6.6).
const MORE_RECIPIENTS: &[&str] = &["Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"];

/// Everybody but us and the agent to whom the mail went, too; None where there is nobody. The list is empty where all that is known is
/// that there are others, since their addresses cannot be read.
#[must_use]
pub fn by_others(mail: &Mail, agent: &Agent, rules: &Rules) -> Option<Vec<Address>> {
    beside(mail, |address| agent.writes_from(address), rules)
}

/// The same for whoever has these addresses.
#[must_use]
pub fn beside(
    mail: &Mail,
    is_theirs: impl Fn(&Address) -> bool,
    rules: &Rules,
) -> Option<Vec<Address>> {
    let named = mail.to.iter().chain(&mail.cc).map(|named| named.address.clone());
    let others: Vec<Address> = named
        .chain(MORE_RECIPIENTS.iter().flat_map(|header| mail.headers_named(header)).flat_map(read))
        .filter(|address| !rules.is_own(address) && !is_theirs(address))
        .collect();
    (mail.unread_recipients || !others.is_empty()).then_some(others)
}

/// The addresses in a header of which nobody keeps the structure.
fn read(value: &str) -> impl Iterator<Item = Address> {
    let apart = |c: char| c.is_whitespace() || "<>,;:()\"".contains(c);
    value.split(apart).filter_map(Address::parse)
}
