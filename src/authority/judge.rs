//! What the findings about a mail are worth for the agent in whose name it comes.
//!
//! A verdict on the sender's domain is a proof of its own only where the admin trusts the domain (`trust_domains`): its servers let
//! nobody write as somebody else. Elsewhere it is a second proof, for `[security.needs]`.

use super::alignment::aligned;
use super::checked::{Checked, Verdict};
use super::policy::Policy;
use super::ways::{Way, Ways};
use crate::desk::people::Agent;
use crate::desk::rules::Rules;
use crate::mail::{Address, Mail};

/// Accepted ways only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Enough by themselves.
    pub alone: Ways,
    /// All that hold, those included.
    pub all: Ways,
    /// Those of `all` that rest on a domain alone: whoever has such a mail could send it again.
    pub replayable: Ways,
    /// The domain in From says that the mail is none of its own: a token in it is in wrong hands.
    pub disowned: bool,
}

#[must_use]
pub fn judge(
    mail: &Mail,
    agent: &Agent,
    checked: &Checked,
    rules: &Rules,
    policy: &Policy,
) -> Found {
    // Several Froms: which one was meant is anybody's guess.
    let [from] = mail.from.as_slice() else { return Found::default() };
    let from = &from.address;
    if !agent.writes_from(from) {
        return Found::default();
    }
    let domain = from.domain().to_lowercase();
    let disowns = |verdict: &Verdict| matches!(verdict, Verdict::DmarcFail(d) if *d == domain);
    if checked.by_server.iter().chain(&checked.by_us).any(disowns) {
        return Found { disowned: true, ..Found::default() };
    }
    let is_trusted = policy.trust_domains.contains(&domain);
    let answers = |verdict: &Verdict| match verdict {
        Verdict::DmarcPass(d) => *d == domain,
        Verdict::DkimPass(d) => aligned(d, &domain),
        Verdict::LoggedIn(_) | Verdict::DmarcFail(_) => false,
    };
    let logged_in = |verdict: &Verdict| matches!(verdict, Verdict::LoggedIn(login) if is_login_of(login, agent, policy));

    let mut found = Found::default();
    let mut holds = |way: Way, is_enough: bool| {
        let accepted = Ways::from(way).only(policy.accept);
        found.all = found.all.and(accepted);
        if is_enough {
            found.alone = found.alone.and(accepted);
        }
    };
    let is_logged_in = checked.by_server.iter().any(logged_in);
    if is_logged_in {
        holds(Way::AuthRes, true);
    }
    // What the agent wrote to somebody else is not for us, whoever sends it on.
    let is_for_us = mail.to.iter().any(|to| rules.is_own(&to.address));
    if is_for_us && checked.by_server.iter().any(answers) {
        holds(Way::AuthRes, is_trusted);
    }
    if is_for_us && checked.by_us.iter().any(answers) {
        holds(Way::Dkim, is_trusted);
    }
    found.replayable = match is_logged_in {
        true => found.all.only(Way::Dkim.into()),
        false => found.all.only(Ways::from(Way::AuthRes).with(Way::Dkim)),
    };
    found
}

impl Found {
    /// Without what has proven somebody before.
    #[must_use]
    pub fn sent_again(self) -> Self {
        let fresh = |ways: Ways| ways.without(self.replayable);
        Self { alone: fresh(self.alone), all: fresh(self.all), ..self }
    }
}

/// A log-in is an address of the agent, or the local part of one where all log-ins have their addresses at one domain of ours.
fn is_login_of(login: &str, agent: &Agent, policy: &Policy) -> bool {
    if let Some(address) = Address::parse(login) {
        return agent.writes_from(&address);
    }
    let Some(domain) = &policy.login_domain else { return false };
    !login.contains('@')
        && Address::parse(&format!("{login}@{domain}")).is_some_and(|a| agent.writes_from(&a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::tests::{anna, named, rules};

    fn policy() -> Policy {
        Policy {
            accept: [Way::Token, Way::AuthRes, Way::Dkim].into_iter().collect(),
            trust_domains: vec!["example.com".into()],
            login_domain: Some("example.org".into()),
            ..Policy::default()
        }
    }

    fn of(from: &[&str], by_server: &[Verdict], by_us: &[Verdict], policy: &Policy) -> Found {
        let from = from.iter().map(|f| named(f)).collect();
        let to = vec![named("antrag+token@example.org")];
        let mail = Mail { from, to, ..Mail::default() };
        let checked =
            Checked { by_server: by_server.to_vec(), by_us: by_us.to_vec(), not_by_us: None };
        let mut agent = anna();
        agent.addresses.push(crate::authority::tests::address("anna@example.org"));
        judge(&mail, &agent, &checked, &rules(), policy)
    }

    fn dkim(domain: &str) -> Verdict {
        Verdict::DkimPass(domain.into())
    }

    fn pass(domain: &str) -> Verdict {
        Verdict::DmarcPass(domain.into())
    }

    #[test]
    fn a_trusted_domain_is_enough_and_another_is_a_second_proof() {
        let both = |found: Found| (found.alone, found.all);
        let (authres, own) = (Ways::from(Way::AuthRes), Ways::from(Way::Dkim));
        let p = policy();
        for verdict in [dkim("example.com"), dkim("mx.example.com"), pass("example.com")] {
            let verdict = [verdict];
            assert_eq!(both(of(&["anna@example.com"], &verdict, &[], &p)), (authres, authres));
            assert_eq!(both(of(&["anna@example.com"], &[], &verdict, &p)), (own, own));
        }
        let foreign = [pass("example.net")];
        assert_eq!(both(of(&["brandt@example.net"], &foreign, &[], &p)), (Ways::NONE, authres));
        assert_eq!(
            both(of(&["brandt@example.net"], &foreign, &foreign, &p)),
            (Ways::NONE, authres.and(own))
        );
    }

    #[test]
    fn nothing_else_proves_anything() {
        let p = policy();
        for (from, verdict) in [
            (&["anna@example.com"][..], dkim("example.com.evil.example")),
            (&["anna@example.com"], dkim("notexample.com")),
            (&["anna@example.com"], dkim("com")),
            (&["anna@example.com"], pass("mx.example.com")),
            (&["anna@example.com"], pass("example.net")),
            (&["eve@example.com"], dkim("example.com")),
            (&["anna@example.com", "eve@example.com"], dkim("example.com")),
            (&[], dkim("example.com")),
        ] {
            assert_eq!(
                of(from, std::slice::from_ref(&verdict), &[], &p),
                Found::default(),
                "{from:?} {verdict:?}"
            );
        }
    }

    #[test]
    fn a_domain_that_disowns_the_mail_outweighs_all() {
        let fail = Verdict::DmarcFail("example.com".into());
        let found = of(
            &["anna@example.com"],
            &[dkim("example.com")],
            std::slice::from_ref(&fail),
            &policy(),
        );
        assert_eq!(found, Found { disowned: true, ..Found::default() });
        let other = of(&["brandt@example.net"], &[fail], &[], &policy());
        assert!(!other.disowned);
    }

    #[test]
    fn a_log_in_is_the_agents_own_or_none() {
        for (login, is_hers) in [
            ("anna@example.com", true),
            ("ANNA@EXAMPLE.COM", true),
            ("anna", true),
            ("brandt", false),
            ("jens@example.com", false),
            ("anna@example.org.evil.example", false),
            ("", false),
            ("anna@", false),
        ] {
            let verdict = [Verdict::LoggedIn(login.into())];
            let found = of(&["anna@example.com"], &verdict, &[], &policy());
            assert_eq!(found.alone.has(Way::AuthRes), is_hers, "{login:?}");
            // Where the queues have several domains, the part before the @ says nothing.
            let several = Policy { login_domain: None, ..policy() };
            let found = of(&["anna@example.com"], &verdict, &[], &several);
            assert_eq!(found.alone.has(Way::AuthRes), is_hers && login.contains('@'), "{login:?}");
        }
    }

    #[test]
    fn what_was_signed_for_somebody_else_is_not_for_us() {
        let checked = Checked { by_us: vec![pass("example.com")], ..Checked::default() };
        let sent_to = |to: &str| {
            let from = vec![named("anna@example.com")];
            let mail = Mail { from, to: vec![named(to)], ..Mail::default() };
            judge(&mail, &anna(), &checked, &rules(), &policy()).alone.has(Way::Dkim)
        };
        assert!(sent_to("antrag@example.org"));
        assert!(!sent_to("friend@example.net"));
    }

    #[test]
    fn what_is_not_accepted_does_not_count() {
        let none = Policy { accept: Way::Token.into(), ..policy() };
        let pass = [pass("example.com")];
        assert_eq!(of(&["anna@example.com"], &pass, &pass, &none), Found::default());
    }
}
