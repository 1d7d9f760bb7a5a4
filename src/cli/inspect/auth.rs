//! What `inspect` can say about who wrote a mail: what stands in it, and whether a key that is registered in the store has signed it.
//! Tokens and the DNS are a running installation's.

use std::path::Path;

use serde::Serialize;

use crate::authority::openpgp::{Certificate, verify};
use crate::authority::{Doubts, Verdict, Way, authres, fields};
use crate::clock;
use crate::desk::people::Agent;
use crate::mail::signed::signed;
use crate::mail::{Mail, Protection};
use crate::store::{Store, StoreError};

/// An agent with registered keys.
pub(super) struct Signer {
    agent: Agent,
    certificates: Vec<Certificate>,
}

/// All of them.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn signers(store: &Path) -> Result<Vec<Signer>, StoreError> {
    let store = Store::open_reader(store)?;
    let mut signers = Vec::new();
    for agent in store.agents()?.into_iter().filter(|agent| agent.active) {
        let keys = store.agent_keys(agent.id)?;
        let read = |key: &crate::store::AgentKey| Certificate::read(&key.certificate).ok();
        let certificates: Vec<Certificate> = keys.iter().filter_map(read).collect();
        if !certificates.is_empty() {
            signers.push(Signer { agent, certificates });
        }
    }
    Ok(signers)
}

/// Which way proved which agent.
#[derive(Debug, Serialize)]
pub(super) struct Auth {
    way: Option<&'static str>,
    agent: Option<String>,
    pub why: Vec<String>,
}

/// A mail with more signatures than that says nothing more by the next.
const MOST_SIGNATURES: usize = 10;

impl Auth {
    pub fn not_checked() -> Self {
        let why = "not checked: that needs the agents and the key of a running installation";
        Self { way: None, agent: None, why: vec![why.to_owned()] }
    }

    /// What our own server says (`authserv_id`), and which signatures could be checked.
    pub fn of(raw: &[u8], mail: &Mail, authserv_id: Option<&str>) -> Self {
        let mut auth = Self::not_checked();
        let from = match mail.from.as_slice() {
            [from] => from.address.domain().to_lowercase(),
            _ => return auth,
        };
        if let Some(id) = authserv_id {
            let said = authres::read(raw, id, &from);
            if said.is_empty() {
                auth.why.push(format!("no Authentication-Results of {id} count"));
            }
            let doubts = Doubts::about(raw, mail, &from, clock::now());
            auth.why.extend(said.iter().map(|verdict| match doubts.of(verdict) {
                None => in_words(id, verdict),
                Some(why) => format!("{}, which proves nothing: {why}", in_words(id, verdict)),
            }));
        }
        let signatures = fields::fields(raw);
        let domains = signatures
            .iter()
            .filter(|field| field.is("DKIM-Signature"))
            .filter_map(|field| field.tag("d"))
            .take(MOST_SIGNATURES);
        auth.why.extend(domains.map(|domain| {
            format!("has a DKIM signature of {domain}; whether it holds, only the DNS can say")
        }));
        auth
    }

    /// Whether a registered key of the sender has signed all of it. Judged at the time that the mail says it was written: a mail in a
    /// file is mostly older than a day.
    pub fn look_at_signature(&mut self, raw: &[u8], mail: &Mail, signers: &[Signer]) {
        let [from] = mail.from.as_slice() else { return };
        let Some(signer) = signers.iter().find(|s| s.agent.writes_from(&from.address)) else {
            return;
        };
        let name = &signer.agent.name;
        if mail.protection == Protection::Packed {
            self.why.push("signed with OpenPGP as a whole, which nobody unpacks here".to_owned());
        }
        let verified = match signed(raw) {
            None => return,
            Some(Err(why)) => Err(why.to_string()),
            Some(Ok(signed)) => {
                let now = mail.date.unwrap_or_else(clock::now);
                verify(&signed, &signer.certificates, now).map_err(|why| why.to_string())
            }
        };
        match verified {
            Ok(verified) => {
                (self.way, self.agent) = (Some(Way::OpenPgp.as_str()), Some(name.clone()));
                let key = verified.fingerprint;
                self.why.push(format!(
                    "signed with OpenPGP by the key {key} of {name}; it counts once, for the ticket named in it"
                ));
            }
            Err(why) => self.why.push(format!("its OpenPGP signature proves nothing: {why}")),
        }
    }
}

fn in_words(id: &str, verdict: &Verdict) -> String {
    match verdict {
        Verdict::LoggedIn(login) => format!("{id} says: submitted by the log-in {login}"),
        Verdict::DkimPass(domain) => format!("{id} says: a DKIM signature of {domain} holds"),
        Verdict::DmarcPass(domain) => format!("{id} says: DMARC passes for {domain}"),
        Verdict::DmarcFail(domain) => {
            format!("{id} says: DMARC fails for {domain}, so no token in it counts")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Limits, parse};

    #[test]
    fn it_says_what_stands_in_the_mail_and_no_more() {
        let raw = b"Authentication-Results: mail.example.org; dmarc=fail header.from=example.com\n\
            DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k; h=from; b=x\n\
            From: anna@example.com\n\nx\n";
        let mail = parse(raw, &Limits::default()).unwrap();
        let auth = Auth::of(raw, &mail, Some("mail.example.org"));
        assert_eq!((auth.way, auth.agent), (None, None));
        assert_eq!(
            auth.why[1..],
            [
                "mail.example.org says: DMARC fails for example.com, so no token in it counts",
                "has a DKIM signature of example.com; whether it holds, only the DNS can say",
            ]
        );
        let none = Auth::of(b"From: anna@example.com\n\nx\n", &mail, Some("mail.example.org"));
        assert_eq!(none.why[1..], ["no Authentication-Results of mail.example.org count"]);
        assert_eq!(Auth::of(raw, &mail, None).why.len(), 2);
    }
}
