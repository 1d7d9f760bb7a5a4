//! The configuration and the list of agents, as the core wants them.

use crate::config::{Config, Role};
use crate::desk::Rules;
use crate::desk::people::Agent;
use crate::desk::rules::{AnswerLimits, Queue};

pub fn from(config: &Config, agents: Vec<Agent>) -> Rules {
    let bounces = config.mailboxes.iter().find_map(|m| match &m.role {
        Role::Bounces { address, subaddress } => Some((address.clone(), subaddress.clone())),
        Role::Queue(_) => None,
    });
    let queues = config.queues.iter().map(|q| {
        let (bounces, bounces_subaddress) =
            bounces.clone().unwrap_or_else(|| (q.address.clone(), q.subaddress.clone()));
        Queue {
            name: q.name.clone(),
            kind: q.kind,
            address: q.address.clone(),
            subaddress: q.subaddress.clone(),
            bounces,
            bounces_subaddress,
            acknowledge: q.acknowledge,
            release_after: q.release_after,
            escalate_after: q.escalate_after,
            confirm_within: q.confirm_within,
            reopen_within: q.reopen_within,
            warn_before: q.warn_before,
            sign_as: q.sign_as.clone(),
            form_senders: q.form_senders.clone(),
            join_open: q.join_open,
            form: q.form.clone(),
        }
    });
    Rules {
        site_name: config.site.name.clone(),
        language: config.site.language,
        zone: config.site.zone,
        hook: config.site.hook.clone(),
        postmaster: config.site.postmaster.clone(),
        admins: config.site.admins.clone(),
        page: config.site.page.clone().unwrap_or_default(),
        own_addresses: config.own_addresses().cloned().collect(),
        queues: queues.collect(),
        agents,
        calendar: config.calendar.clone(),
        login_pattern: config.accounts.login_pattern.clone(),
        reserved_logins: config.accounts.reserved.clone(),
        letter_lines: config.accounts.letter.clone(),
        token_valid: config.security.token_valid,
        limits: AnswerLimits {
            per_hour: config.limits.automatic_per_hour,
            per_day: config.limits.automatic_per_day,
            per_ticket: config.limits.automatic_per_ticket,
        },
    }
}
