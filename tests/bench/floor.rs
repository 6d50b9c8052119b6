//! What the parts of a card cost at least: each done alone, on all threads.

use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};
use rayon::prelude::*;
use shenyan::credential::lists::SpecimenPolicy;
use shenyan::credential::trust::SpecimenIssuer;
use shenyan::credential::verdict::Code;
use shenyan::credential::{Trust, verify_all};
use shenyan::diagnostic::Diagnostics;
use shenyan::project::Project;
use shenyan::site::symbol::Symbol;
use shenyan::site::{Theme, view};
use shenyan::time::UnixTime;

/// Cards that are verified together, as in a batch.
const AT_ONCE: usize = 32;
/// About as many bytes as are signed for a card.
const MESSAGE: usize = 160;

/// Signing this many messages, and `verify_strict` of the signatures.
pub(crate) fn sign_and_verify(cards: usize) -> io::Result<(Duration, Duration)> {
    let key = SigningKey::from_bytes(&[7; 32]);
    let message = |card: usize| {
        let mut message = [0; MESSAGE];
        message[..8].copy_from_slice(&card.to_be_bytes());
        message
    };
    let begun = Instant::now();
    let signatures: Vec<_> =
        (0..cards).into_par_iter().map(|card| key.sign(&message(card))).collect();
    let sign = begun.elapsed();
    let public = key.verifying_key();
    let begun = Instant::now();
    signatures
        .par_iter()
        .enumerate()
        .try_for_each(|(card, signature)| public.verify_strict(&message(card), signature))
        .map_err(io::Error::other)?;
    Ok((sign, begun.elapsed()))
}

/// From these texts to verdicts, as a batch asks for them, without reading and
/// answering lines.
pub(crate) fn verdicts(site: &Path, texts: &[String]) -> io::Result<Duration> {
    let settings = Project::read_settings(site, &mut Diagnostics::new())
        .ok_or_else(|| io::Error::other("the site's settings cannot be read"))?;
    let issuer = SpecimenIssuer {
        id: settings.issuer,
        name: settings.issuer_name,
        hosts: vec![settings.portal.host().clone()],
    };
    let trust = Trust::specimen(vec![issuer], SpecimenPolicy::Accept).map_err(io::Error::other)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // After every card was issued.
    let now = UnixTime::from_seconds(4_000_000_000);
    let begun = Instant::now();
    let good = texts.par_chunks(AT_ONCE).map(|texts| {
        let verdicts = verify_all(&trust, texts, now);
        verdicts.iter().filter(|verdict| verdict.code() == Code::Valid).count()
    });
    let good: usize = good.sum();
    let took = begun.elapsed();
    if good == texts.len() { Ok(took) } else { Err(io::Error::other("a card is not valid")) }
}

/// The QR symbols of these texts, as paths.
pub(crate) fn symbols(texts: &[String]) -> io::Result<Duration> {
    let begun = Instant::now();
    texts.par_iter().try_for_each(|text| {
        black_box(symbol(text)?);
        Ok::<(), io::Error>(())
    })?;
    Ok(begun.elapsed())
}

fn symbol(text: &str) -> io::Result<(usize, String)> {
    let at = text.find("#1").map_or(0, |at| at + 2);
    let symbol = Symbol::encode(&text[..at], &text[at..]).map_err(io::Error::other)?;
    Ok((symbol.width(), symbol.svg_path()))
}

/// The default theme's card page, this many times.
pub(crate) fn pages(cards: usize, text: &str) -> io::Result<Duration> {
    let theme = Theme::new(&view::Portal::default(), &[])
        .map_err(|_| io::Error::other("the default theme has a fault"))?;
    let page = page(text)?;
    let begun = Instant::now();
    (0..cards).into_par_iter().try_for_each(|_| {
        black_box(theme.render_card(&page).map_err(|fault| io::Error::other(fault.message))?);
        Ok::<(), io::Error>(())
    })?;
    Ok(begun.elapsed())
}

/// A card of the usual size.
fn page(text: &str) -> io::Result<view::CardPage> {
    let (width, path) = symbol(text)?;
    let hours = |category: &str, required: &str| view::CardHours {
        category: category.to_owned(),
        credited: required.to_owned(),
        required: required.to_owned(),
    };
    let ground = |clause: &str| view::CardGround {
        clause: clause.to_owned(),
        notice: "关于做好专业技术人员继续教育工作的通知".to_owned(),
        quote: "专业技术人员每年参加继续教育的时间累计应不少于90学时".to_owned(),
        url: "https://cards.example/notices/2022/nmg.html#q-1".to_owned(),
    };
    Ok(view::CardPage {
        holder: view::Name::new("样其其格"),
        id_tail: Some("021X".to_owned()),
        unit: Some(view::Name::new("样张市第一样例中学")),
        year: 2022,
        result: "足额合格".to_owned(),
        hours_unit: "学时".to_owned(),
        hours: vec![hours("公需", "30"), hours("专业", "60")],
        grounds: ["一", "一（一）", "一（二）"].map(ground).into(),
        issuer: "样张机构".to_owned(),
        number: "150600-2022-17-0".to_owned(),
        issued: view::Day { iso: "2022-12-01".to_owned(), text: "2022年12月1日".to_owned() },
        supersedes: None,
        as_of: "本页为签发时的状态，扫码可见最新状态。".to_owned(),
        host: "cards.example".to_owned(),
        text: text.to_owned(),
        symbol: view::Symbol { width: u16::try_from(width).unwrap_or(u16::MAX), path, dots: 7 },
        specimen: true,
    })
}

/// Writing files of the very names and sizes of a folder's into an empty one.
pub(crate) fn write(like: &Path, empty: &Path) -> io::Result<Duration> {
    let mut files: Vec<(PathBuf, usize)> = Vec::new();
    for entry in walkdir::WalkDir::new(like).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(like).map_err(io::Error::other)?;
        let path = empty.join(path);
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(path)?;
        } else {
            let size = entry.metadata()?.len();
            files.push((path, usize::try_from(size).unwrap_or(usize::MAX)));
        }
    }
    let largest = files.iter().map(|(_, size)| *size).max().unwrap_or(0);
    let bytes = vec![b' '; largest];
    let begun = Instant::now();
    files.par_iter().try_for_each(|(path, size)| std::fs::write(path, &bytes[..*size]))?;
    Ok(begun.elapsed())
}
