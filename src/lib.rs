//! 审验: continuing-education notices, rules and signed audit cards, as static
//! files.
//!
//! A build turns the office's notices, with their rules beside the clauses, and
//! one JSON record a learner into a portal to publish and audit cards, 审验卡,
//! to hand out. A card's QR code holds the whole claim and its signature, so that
//! anybody verifies it with no server.
//!
//! # The house
//!
//! Four rooms, in the order in which to read them:
//!
//! 1. [`assessment`], what is earned: notice text → policy, JSON → record, and
//!    [`assessment::assess`] from the two to a determination. Pure.
//! 2. [`credential`], what is proven: a card's claims, envelope and text, and
//!    [`credential::verify`] from a text to a verdict. Pure, and small enough for
//!    an auditor to read.
//! 3. [`site`], what is shown: pages, theme, the card's symbol. Pure up to a
//!    [`site::Sink`].
//! 4. [`cli`], how we talk: arguments in; sentences, tables and an exit code out.
//!
//! And what joins them:
//!
//! - [`project`] is the door in: `content/`, `themes/`, `keys/` → memory.
//! - [`pipeline`] is where the rooms meet: the whole build, a learner at a time.
//! - [`ledger`] is the door to `content/ledger/`, which no card ever leaves.
//! - [`output`] is the door out: a folder is released whole, or not at all.
//! - [`batch`] verifies many texts, and [`scan`] reads them off pictures; [`kit`] is
//!   all that an auditor without a network needs for it, in one archive.
//! - [`diagnostic`] holds a problem with its place and what to do about it;
//!   [`time`] holds dates, and reads no clock.
//!
//! Few and many: notices know one another and are one model in memory; cards know
//! nobody and are a stream, so that memory does not grow with learners.
//!
//! # Who may import whom
//!
//! `tests/it/tidy.rs` reads this table and keeps it.
//!
//! ```text
//! who → whom
//! main → cli
//! cli → assessment batch credential diagnostic kit ledger output pipeline project scan site time
//! pipeline → assessment credential diagnostic ledger project site time
//! project → assessment credential diagnostic site
//! ledger → credential diagnostic time
//! output → diagnostic site
//! batch → credential time
//! kit → credential
//! scan → nothing
//! site → assessment credential diagnostic time
//! assessment → diagnostic time
//! credential → time
//! diagnostic → nothing
//! time → nothing
//! ```
//!
//! # Invariants
//!
//! 1. [`credential`] builds alone (`--no-default-features`): no files, no clock,
//!    no site, and no crates but a hash, a signature and the wiping of secrets.
//! 2. [`assessment`] and [`credential`] do not know each other: a determination
//!    becomes a card in [`pipeline`] and nowhere else.
//! 3. Only [`project`], [`ledger`], [`output`] and [`cli`] touch files, environment
//!    and processes; only [`cli`] reads the clock and the terminal.
//! 4. Templates see [`site::view`], never the types of other rooms; of the site,
//!    only `view` may import [`assessment`] and [`credential`].
//! 5. A [`credential::Verdict::Valid`] can be made only by passing every check.
//! 6. Same inputs, same bytes: no clock, locale, hash order, folder order or
//!    thread order reaches an output.
//!
//! # Example: verify a card
//!
//! ```
//! use shenyan::credential::lists::SpecimenPolicy;
//! use shenyan::credential::trust::{SpecimenIssuer, Trust};
//! use shenyan::credential::{Verdict, verify};
//! use shenyan::time::Date;
//!
//! // As a phone reads it off the card.
//! let text = concat!(
//!     "https://cards.example/v/#1",
//!     "59255214074573316204177487640320481378856448810240607427273372219904",
//!     "00281477812125954070455588987142725176140181093688113564919865739138",
//!     "36874428854573313125289440080261370065974133701235642446813432996796",
//!     "03521735760697408328406880497418803055550273875197507998171765235632",
//!     "50954858143446259449515799870655143060776186939034853829536651952029",
//!     "6011303091376533547614036327381507003",
//! );
//! let name = "样张人社局".to_owned();
//! let issuer = SpecimenIssuer { id: "150600".parse()?, name, hosts: Vec::new() };
//! let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Accept)?;
//! let now = Date::new(2023, 1, 1).expect("a day of the calendar").beijing_midnight();
//!
//! let Verdict::Valid(accepted) = verify(&trust, text, now) else { panic!("a good card") };
//! assert_eq!(accepted.card().name.as_str(), "样一");
//! assert_eq!(accepted.card().year.get(), 2022);
//!
//! // A digit changed, and nothing is proven.
//! let forged = text.replace("#15", "#16");
//! assert!(!matches!(verify(&trust, &forged, now), Verdict::Valid(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Example: assess a record
//!
//! ```
//! use std::sync::Arc;
//!
//! use shenyan::assessment::determination::Outcome;
//! use shenyan::assessment::policy::notice::Notice;
//! use shenyan::assessment::policy::{Sources, decision, vocabulary};
//! use shenyan::assessment::{assess, policies, record};
//! use shenyan::diagnostic::Diagnostics;
//!
//! // What the project's door reads from files.
//! # macro_rules! site { ($path:literal) => {
//! #     include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/base/content/", $path))
//! # } }
//! let notice = site!("notices/2022/sample.md");
//! let words = site!("vocabulary.toml");
//! let decisions = site!("decisions.toml");
//! let learner = site!("learners/p-2.json"); // 59 hours where 60 are required
//!
//! let mut problems = Diagnostics::new();
//! let words = vocabulary::parse("vocabulary.toml", words, &mut problems).expect("well formed");
//! let notice = Notice::parse("2022/sample.md", notice, Some(&words), &mut problems);
//! let sources = Sources {
//!     notices: notice.into_iter().collect(),
//!     vocabulary: Arc::new(words),
//!     decisions: decision::parse("decisions.toml", decisions, &mut problems),
//!     region: "15".to_owned(),
//!     unread: Default::default(),
//! };
//! let policies = policies(&sources, &mut problems);
//! let record = record::parse("p-2.json", 1, learner, &sources.vocabulary, &mut problems);
//! assert!(problems.is_empty());
//!
//! let determination = assess(&policies[&2022], &record.expect("well formed"));
//! assert_eq!(determination.outcome, Outcome::Failed);
//! assert_eq!(determination.categories[1].shortfall().to_string(), "1");
//! ```

#[cfg(feature = "app")]
pub mod assessment;
#[cfg(feature = "app")]
pub mod batch;
#[cfg(feature = "app")]
pub mod cli;
pub mod credential;
#[cfg(feature = "app")]
pub mod diagnostic;
#[cfg(feature = "app")]
pub mod kit;
#[cfg(feature = "app")]
pub mod ledger;
#[cfg(feature = "app")]
pub mod output;
#[cfg(feature = "app")]
pub mod pipeline;
#[cfg(feature = "app")]
pub mod project;
#[cfg(feature = "app")]
pub mod scan;
#[cfg(feature = "app")]
pub mod site;
pub mod time;
