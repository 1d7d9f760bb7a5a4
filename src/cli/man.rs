//! `postamt man`: the manual page, made from the command line's own types and from the table of mail commands. One page holds
//! every command.

use std::io::Write;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Cli, Failure, say};
use crate::desk::command::{COMMANDS, Ready, Spec, Who};
use crate::desk::people::Language;

#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_: &Args) -> Result<(), Failure> {
    say(&String::from_utf8_lossy(&page()?))
}

fn page() -> std::io::Result<Vec<u8>> {
    let command = Cli::command().disable_help_subcommand(true);
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    writeln!(page, ".SH COMMANDS")?;
    for part in command.get_subcommands() {
        describe(part, "postamt", &mut page)?;
    }
    by_mail(&mut page)?;
    man.render_extra_section(&mut page)?;
    Ok(page)
}

/// A command with its options, then those below it.
fn describe(command: &Command, above: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let name = format!("{above} {}", command.get_name());
    // With its whole name, so that the usage line can be typed as it stands; without --help, which all of them have.
    let alone = command.clone().bin_name(&name).disable_help_flag(true);
    let usage = alone.clone().render_usage().to_string();
    writeln!(page, ".SS {}", roff(usage.trim_start_matches("Usage: ")))?;
    writeln!(page, "{}", roff(&command.get_about().map(ToString::to_string).unwrap_or_default()))?;
    if let Some(more) = command.get_after_help() {
        writeln!(page, ".PP\n{}", roff(&more.to_string()))?;
    }
    if alone.get_arguments().next().is_some() {
        let mut options = Vec::new();
        Man::new(alone).render_options_section(&mut options)?;
        let options = String::from_utf8_lossy(&options).replacen(".SH OPTIONS\n", "", 1);
        page.write_all(options.as_bytes())?;
    }
    command.get_subcommands().try_for_each(|below| describe(below, &name, page))
}

/// What people write in their mails.
fn by_mail(page: &mut Vec<u8>) -> std::io::Result<()> {
    writeln!(page, ".SH COMMANDS BY MAIL")?;
    writeln!(
        page,
        "An agent replies to a notification, with each command alone on a line at the beginning or at the end. \
         English and German names are equal. Text without a command goes to the customer."
    )?;
    let (now, later): (Vec<&Spec>, Vec<&Spec>) =
        COMMANDS.iter().partition(|command| command.ready == Ready::Now);
    for command in now {
        let of_customers = if command.who == Who::Customer { " (for customers)" } else { "" };
        writeln!(page, ".TP")?;
        writeln!(page, "{}, #{}", roff(&command.usage(Language::En)), roff(command.de))?;
        writeln!(page, "{}{of_customers}", roff(command.help.en))?;
    }
    let later: Vec<String> = later.iter().map(|command| format!("#{}", command.name)).collect();
    writeln!(page, ".PP\nNot done yet; the answer says what to do instead: {}.", later.join(", "))
}

/// Text on one line as roff takes it literally.
fn roff(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('\n', " ");
    if escaped.starts_with(['.', '\'']) { format!("\\&{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_stands_in_the_manual() {
        use clap::CommandFactory;
        let page = String::from_utf8(super::page().unwrap()).unwrap();
        for command in super::Cli::command().get_subcommands() {
            let heading = format!(".SS postamt {}", super::roff(command.get_name()));
            assert!(page.contains(&heading), "{heading}");
        }
        assert!(page.contains("[DIR]"), "{page}");
        for command in super::COMMANDS {
            assert!(page.contains(&format!("#{}", command.name)), "{}", command.name);
        }
    }
}
