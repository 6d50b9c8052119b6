//! By whose authority cards are signed: nobody's, for specimens, or that of a
//! trust list.
//!
//! What a verifier would refuse is not signed: the lists are asked before, with
//! all that stands against it told at once, and each card is verified after.

use std::sync::OnceLock;

use crate::assessment::policy::Policy;
use crate::credential::claim::{Category, Year};
use crate::credential::field::Stamp;
use crate::credential::key::{PublicKey, Signer, SigningKey};
use crate::credential::lists::SpecimenPolicy;
use crate::credential::lists::Terms;
use crate::credential::note::NamedKey;
use crate::credential::revocation::RevocationList;
use crate::credential::root::Root;
use crate::credential::scope::{Limits, Origin, Scope, Status, category_label};
use crate::credential::trust::{SpecimenIssuer, Trust};
use crate::credential::trust_list::{IssuerEntry, TrustList};
use crate::project::Settings;
use crate::time::UnixTime;

/// By whose authority a build signs.
pub enum Authority<'a> {
    /// Nobody's: specimens, signed with keys that anybody can compute.
    Specimen,
    /// That of signed lists.
    Listed(Box<Listed<'a>>),
}

/// The lists of an office, and its keys.
pub struct Listed<'a> {
    /// The root note.
    pub root: Root,
    /// The trust list under it.
    pub list: TrustList,
    /// The revocation lists as they are now.
    pub revocations: Vec<RevocationList>,
    /// The notes that were read, to be published as they are.
    pub notes: Notes,
    /// Who signs cards.
    pub hand: Hand<'a>,
    /// The log's key, opened when its list has to be signed; errors in words.
    pub log_key: &'a LogKey<'a>,
    /// When this build takes place: by it, lists are fresh or not.
    pub now: UnixTime,
    /// When revocation lists of this build are issued.
    pub issued: Stamp,
    /// By when newer ones will be there.
    pub next_update: Stamp,
    /// Which revocation lists are signed anew.
    pub renewal: Renewal,
}

/// Opens the key of a log.
pub type LogKey<'a> = dyn Fn(&Origin) -> Result<(NamedKey, SigningKey), String> + Sync + 'a;

/// Signed notes, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The root notes, each following on the one before it.
    pub roots: Vec<Vec<u8>>,
    /// The trust list.
    pub trust: Vec<u8>,
    /// The revocation lists, with their logs.
    pub revoked: Vec<(Origin, Vec<u8>)>,
}

/// Which revocation lists are signed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Those that do not say what the ledger says.
    Changed,
    /// All.
    All,
}

/// Who signs cards.
pub enum Hand<'a> {
    /// A key that is opened when the first card has to be signed.
    Key(Lock<'a>),
    /// A key that is not opened, because nothing is to be signed: a check.
    Closed(PublicKey),
    /// No key, and why, in words.
    Absent(String),
}

/// Whatever signs cards, on any core.
type CardSigner = dyn Signer + Send + Sync;

/// A key that is opened once, if at all.
pub struct Lock<'a> {
    key: PublicKey,
    open: Box<dyn Fn() -> Result<Box<CardSigner>, String> + Send + Sync + 'a>,
    opened: OnceLock<Result<Box<CardSigner>, String>>,
}

impl<'a> Lock<'a> {
    /// This key, and how it is opened; errors in words.
    pub fn new(
        key: PublicKey,
        open: impl Fn() -> Result<Box<CardSigner>, String> + Send + Sync + 'a,
    ) -> Self {
        Self { key, open: Box::new(open), opened: OnceLock::new() }
    }

    fn signer(&self) -> Result<&CardSigner, &str> {
        match self.opened.get_or_init(|| (self.open)()) {
            Ok(signer) => Ok(&**signer),
            Err(why) => Err(why),
        }
    }
}

/// What stands against signing a card: a message and what to do about it.
pub(super) type Objection = (String, &'static str);

impl Authority<'_> {
    /// Whom a verifier of this build's cards trusts.
    pub(super) fn trust(&self, settings: &Settings) -> Trust {
        match self {
            Self::Specimen => {
                let (id, name) = (settings.issuer.clone(), settings.issuer_name.clone());
                let issuer = SpecimenIssuer { id, name, hosts: Vec::new() };
                Trust::specimen(vec![issuer], SpecimenPolicy::Accept)
                    .expect("one issuer is not named twice")
            }
            Self::Listed(listed) => {
                let revocations = listed.revocations.clone();
                Trust::listed(&listed.list, revocations, Terms::default())
                    .expect("the lists were read under this trust list, one of each log")
            }
        }
    }

    /// The time that cards are verified for: a specimen's times are not judged.
    pub(super) fn now(&self) -> UnixTime {
        match self {
            Self::Specimen => UnixTime::from_seconds(i64::MAX),
            Self::Listed(listed) => listed.now,
        }
    }

    /// All that stands against new cards of this policy's year.
    pub(super) fn objections(
        &self,
        settings: &Settings,
        policy: &Policy,
        year: Year,
    ) -> Vec<Objection> {
        match self {
            Self::Specimen => Vec::new(),
            Self::Listed(listed) => listed.objections(settings, policy, year),
        }
    }

    /// What is no reason not to sign, and had better be put right.
    pub(super) fn doubt(&self, settings: &Settings) -> Option<Objection> {
        match self {
            Self::Specimen => None,
            Self::Listed(listed) => listed.doubt(settings),
        }
    }

    /// The limits of the key that signs, if there are any.
    pub(super) fn limits(&self) -> Option<&Limits> {
        match self {
            Self::Specimen => None,
            Self::Listed(listed) => Some(&listed.entry()?.limits),
        }
    }
}

impl Listed<'_> {
    /// Who signs; `None` if nobody is to. It opens the key.
    ///
    /// Errors: the key cannot be opened, in words.
    pub(super) fn signer(&self) -> Option<Result<&CardSigner, &str>> {
        match &self.hand {
            Hand::Key(lock) => Some(lock.signer()),
            Hand::Closed(_) | Hand::Absent(_) => None,
        }
    }

    fn key(&self) -> Option<&PublicKey> {
        match &self.hand {
            Hand::Key(lock) => Some(&lock.key),
            Hand::Closed(key) => Some(key),
            Hand::Absent(_) => None,
        }
    }

    /// The trust list's line of the key that signs.
    fn entry(&self) -> Option<&IssuerEntry> {
        let key = self.key()?;
        self.list.text().issuers.iter().find(|issuer| issuer.key == *key)
    }

    /// A card is printed with the name of the settings, and verified under that of the
    /// trust list: whoever compares them must not find two.
    fn doubt(&self, Settings { issuer, issuer_name, .. }: &Settings) -> Option<Objection> {
        let is_active = |entry: &&IssuerEntry| match entry.limits.status {
            Status::Active => entry.id == *issuer,
            Status::Retired | Status::Compromised(_) => false,
        };
        let entries = || self.list.text().issuers.iter().filter(is_active);
        let IssuerEntry { name, .. } = entries().next()?;
        if entries().any(|entry| entry.name == *issuer_name) {
            return None;
        }
        let what = format!("卡面印的签发机构是“{issuer_name}”，信任名单上 {issuer} 是“{name}”");
        Some((what, "两处用同一个名称：改 [issuer] 的 name，或起草并签署新一版信任名单"))
    }

    fn objections(&self, settings: &Settings, policy: &Policy, year: Year) -> Vec<Objection> {
        const EDIT: &str = "起草并签署新一版信任名单（trust propose list），再构建";
        let mut found: Vec<Objection> = Vec::new();
        if let Err(error) = self.root.current(self.now) {
            found.push((format!("根文件{error}"), "起草并签署新一版根文件（trust propose root）"));
        }
        let next_update = self.list.text().next_update;
        if self.now >= next_update.time() {
            found.push((format!("信任名单应在 {next_update} 以前更新，已经过期"), EDIT));
        }
        let Some(key) = self.key() else {
            let Hand::Absent(why) = &self.hand else { return found };
            let hint = "把签发密钥的 .key 文件放在 keys/，或用 --key 指明";
            found.push((format!("要签发新卡，而没有签发密钥：{why}"), hint));
            return found;
        };
        let Some(IssuerEntry { id, limits, .. }) = self.entry() else {
            let what = format!("信任名单上没有签发密钥 kid {}", key.id());
            found.push((what, "用 trust add-issuer 把它加上名单"));
            return found;
        };
        let kid = key.id();
        if *id != settings.issuer {
            let what = format!("签发密钥 kid {kid} 是 {id} 的，不是 {} 的", settings.issuer);
            found.push((what, "换一把密钥，或改正 content/site.toml 的 issuer.id"));
        }
        match &limits.status {
            Status::Active => {}
            status @ (Status::Retired | Status::Compromised(_)) => {
                let what = format!("签发密钥 kid {kid} {}", status.words());
                found.push((what, "换一把在用的密钥；没有的，用 keys new issuer 建立"));
            }
        }
        match &limits.scope {
            Scope::Unknown(_) => {
                let what = format!("签发密钥 kid {kid} 的授权里有本程序不认识的限制");
                found.push((what, "更新本程序"));
            }
            Scope::Known(allowed) => {
                let mut refuse = |what: String| found.push((what, EDIT));
                if !allowed.has_region(id) {
                    refuse(format!("信任名单不许签发机构 {id} 在它的地区签发"));
                }
                if !allowed.has_year(year) {
                    refuse(format!("信任名单不许签发机构 {id} 签发 {year} 年度的卡"));
                }
                if !allowed.has_annual() {
                    refuse(format!("信任名单不许签发机构 {id} 签发年度审验卡"));
                }
                for category in policy.vocabulary.categories() {
                    let number = Category::from(u32::from(category.number));
                    if !allowed.has_category(number) {
                        let (label, scope) = (&category.label, category_label(number));
                        refuse(format!(
                            "信任名单不许签发机构 {id} 认定科目“{label}”（名单上写 {scope}）"
                        ));
                    }
                }
            }
        }
        found
    }
}
