//! What happens to a value on its way into a template, and what templates can call: `say`, `quote`, `words`, `steps`.
//!
//! Values are data: Handlebars syntax in them is never read, and each is cleaned and guarded before it is filled in.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderErrorReason,
    Renderable,
};
use serde_json::Value;

use super::document::{GUARD, LINK, OVERVIEW, Offered, STEP, WORDS};
use super::foreign;
use super::link::{REPLY_TOKEN, ReplyTo, STANDING_TOKEN};
use crate::desk::people::Language;

/// For the templates of a language; without one, for the pieces of the HTML part.
#[must_use]
pub fn registry(language: Option<Language>) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    let Some(language) = language else {
        return registry;
    };
    registry.register_escape_fn(move |value| {
        format!("{GUARD}{}", foreign::line(&without_token(value), language))
    });
    registry.register_helper("say", Box::new(Say));
    registry.register_helper("quote", Box::new(quote));
    registry.register_helper("words", Box::new(words));
    registry.register_helper("overview", Box::new(overview));
    registry.register_helper("links", Box::new(links));
    registry.register_helper(
        "steps",
        Box::new(
            move |h: &Helper<'_>,
                  r: &Handlebars<'_>,
                  ctx: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: &mut dyn Output| steps(h, r, ctx, out, language),
        ),
    );
    registry
}

/// What a filled-in phrase says: guards taken off.
#[must_use]
pub fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// `{{say key}}`: the phrase of that name, filled in with what is known here.
struct Say;

impl HelperDef for Say {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let key = string(h, "say")?;
        match r.get_template(key) {
            Some(phrase) => phrase.render(r, ctx, rc, out),
            None => Err(RenderErrorReason::PartialNotFound(key.to_owned()).into()),
        }
    }
}

/// `{{quote text}}`: foreign words, each line behind a bar.
fn quote(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    each_line(string(h, "quote")?, "| ", out)
}

/// `{{words text}}`: an agent's words to a customer, line by line.
fn words(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    each_line(string(h, "words")?, &WORDS.to_string(), out)
}

fn each_line(text: &str, before: &str, out: &mut dyn Output) -> HelperResult {
    for line in foreign::lines(&without_token(text)) {
        out.write(&format!("{before}{line}\n"))?;
    }
    Ok(())
}

/// `{{steps list}}`: each next step with its words and its link.
fn steps(
    h: &Helper<'_>,
    r: &Handlebars<'_>,
    ctx: &Context,
    out: &mut dyn Output,
    language: Language,
) -> HelperResult {
    let list = h.param(0).and_then(|p| p.value().as_array());
    let list = list.ok_or(RenderErrorReason::ParamNotFoundForIndex("steps", 0))?;
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let reply: Option<ReplyTo> =
        ctx.data().get("reply").and_then(|r| serde_json::from_value(r.clone()).ok());
    let below = bare(&r.render("and-below", ctx.data())?);
    for step in list {
        let phrase = bare(&r.render(&format!("step-{}", text(step, "word")), ctx.data())?);
        let (label, effect) = phrase.split_once('|').unwrap_or((&phrase, ""));
        let commands: Vec<String> = step
            .get("commands")
            .and_then(Value::as_array)
            .map(|c| c.iter().filter_map(|c| Some(without_token(c.as_str()?))).collect())
            .unwrap_or_default();
        let body = match text(step, "body") {
            name if name.is_empty() => without_token(&text(step, "text")),
            name => r.render(&name, ctx.data())?.replace(GUARD, ""),
        };
        // What is to be written behind a command shows as an ellipsis.
        let shown = |c: &String| {
            let open = if c.ends_with(' ') { "…" } else { "" };
            foreign::line(&format!("{c}{open}"), language)
        };
        let silent = step.get("silent").and_then(Value::as_bool).unwrap_or_default();
        let printed: Vec<String> =
            if silent { Vec::new() } else { commands.iter().map(shown).collect() };
        let offered = Offered {
            label: label.trim().to_owned(),
            command: printed.join(&format!(" {below} ")),
            effect: effect.trim().to_owned(),
            link: match step.get("link").and_then(Value::as_str) {
                Some(link) => link.to_owned(),
                None => reply.as_ref().map(|to| to.link(&commands, &body)).unwrap_or_default(),
            },
            weight: text(step, "weight"),
        };
        let json = serde_json::to_string(&offered).unwrap_or_default();
        out.write(&format!("{STEP}{json}\n"))?;
    }
    Ok(())
}

/// `{{overview}}`: the reader's own address for what belongs to no ticket, as a link that asks for a list. Nothing where there is none.
fn overview(
    _: &Helper<'_>,
    r: &Handlebars<'_>,
    ctx: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let to: Option<ReplyTo> =
        ctx.data().get("overview").and_then(|to| serde_json::from_value(to.clone()).ok());
    let Some(to) = to else { return Ok(()) };
    let offered = Offered {
        label: bare(&r.render("overview", ctx.data())?),
        command: String::new(),
        effect: to.address().unwrap_or_default().to_owned(),
        link: to.link(&["#list".to_owned()], ""),
        weight: String::new(),
    };
    let json = serde_json::to_string(&offered).unwrap_or_default();
    out.write(&format!("{OVERVIEW}{json}\n"))?;
    Ok(())
}

/// `{{links blocks}}`: each text block as a link that opens its text in the reader's mail client; one that is too long for a link
/// as a link that asks for it.
fn links(
    h: &Helper<'_>,
    _: &Handlebars<'_>,
    ctx: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let list = h.param(0).and_then(|p| p.value().as_array());
    let list = list.ok_or(RenderErrorReason::ParamNotFoundForIndex("links", 0))?;
    let reply: Option<ReplyTo> =
        ctx.data().get("reply").and_then(|r| serde_json::from_value(r.clone()).ok());
    let Some(reply) = reply else { return Ok(()) };
    for block in list {
        let said =
            |key: &str| without_token(block.get(key).and_then(Value::as_str).unwrap_or_default());
        let link = reply.with_text(&said("text"));
        let offered = Offered {
            label: said("title"),
            command: String::new(),
            effect: String::new(),
            link: link.unwrap_or_else(|| reply.link(&[format!("#draft {}", said("name"))], "")),
            weight: String::new(),
        };
        let json = serde_json::to_string(&offered).unwrap_or_default();
        out.write(&format!("{LINK}{json}\n"))?;
    }
    Ok(())
}

/// Nobody but us may write the placeholder of a token.
fn without_token(value: &str) -> String {
    value.replace(REPLY_TOKEN, "…").replace(STANDING_TOKEN, "…")
}

fn string<'a>(h: &'a Helper<'_>, name: &'static str) -> Result<&'a str, RenderErrorReason> {
    let value = h.param(0).and_then(|p| p.value().as_str());
    value.ok_or(RenderErrorReason::ParamNotFoundForIndex(name, 0))
}
