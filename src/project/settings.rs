//! `content/site.toml`: what the site is called and who issues its cards.

use serde::Deserialize;
use toml::Spanned;

use crate::assessment::policy::front::toml_problem;
use crate::credential::number::IssuerId;
use crate::credential::qr::Portal;
use crate::credential::realm::Realm;
use crate::diagnostic::{Diagnostics, Place};

/// The settings of a site.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the portal.
    pub name: String,
    /// Where it is published; ends in `/`.
    pub address: String,
    /// Its verify page, as QR codes have it.
    pub portal: Portal,
    /// The realm that its cards are signed for.
    pub realm: Realm,
    /// Administrative division code, 2–6 digits: what lies in it is 区内.
    pub region: String,
    /// The issuer's number.
    pub issuer: IssuerId,
    /// The issuer's name.
    pub issuer_name: String,
    /// Where to ask and complain.
    pub contact: Contact,
    /// The folder of the site's own theme under `themes/`.
    pub theme: Option<String>,
}

/// Where learners and employers ask and complain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Which office.
    pub office: String,
    /// Its telephone.
    pub telephone: String,
    /// When it is open.
    pub hours: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: String,
    address: Spanned<String>,
    realm: Spanned<String>,
    region: Spanned<String>,
    issuer: IssuerShape,
    contact: Contact,
    theme: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerShape {
    id: Spanned<String>,
    name: String,
}

pub(super) fn parse(path: &str, text: &str, problems: &mut Diagnostics) -> Option<Settings> {
    let shape: Shape = match toml::from_str(text) {
        Ok(shape) => shape,
        Err(error) => {
            toml_problem(path, text, 0, &error, problems);
            return None;
        }
    };
    let mut error = |at: &Spanned<String>, message: &str, hint: &str| {
        let place = Place { column: None, ..Place::offset(path, text, at.span().start) };
        problems.error(place, format!("{message}：“{}”", at.get_ref()), hint);
    };
    let address = shape.address.get_ref();
    let portal = format!("{address}v/").parse::<Portal>().ok().filter(|_| address.ends_with('/'));
    if portal.is_none() {
        error(
            &shape.address,
            "不是门户网站的地址",
            "写成以 http:// 或 https:// 开头、以 / 结尾的地址，只用 ASCII 字符",
        );
    }
    let realm = shape.realm.get_ref().parse::<Realm>().ok();
    if realm.is_none() {
        let hint = "样张写 specimen；真实签发写根文件里的领域：1–32 个小写字母、数字和 -";
        error(&shape.realm, "不是领域的名字", hint);
    }
    let region = shape.region.get_ref();
    let is_region =
        matches!(region.len(), 2 | 4 | 6) && region.bytes().all(|it| it.is_ascii_digit());
    if !is_region {
        error(&shape.region, "不是行政区划代码", "写成 2、4 或 6 位数字");
    }
    let issuer = shape.issuer.id.get_ref().parse::<IssuerId>().ok();
    if issuer.is_none() {
        error(&shape.issuer.id, "不是签发机构编号", "写成 6 至 12 位数字，前六位是行政区划代码");
    }
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let theme = shape.theme.as_ref();
    let is_theme = theme.is_none_or(|theme| is_name(theme.get_ref()));
    if let Some(theme) = theme.filter(|_| !is_theme) {
        error(theme, "不是主题的名字", "写 themes/ 下文件夹的名字：字母、数字和 -");
    }
    if !(is_region && is_theme) {
        return None;
    }
    Some(Settings {
        name: shape.name,
        portal: portal?,
        address: shape.address.into_inner(),
        realm: realm?,
        region: shape.region.into_inner(),
        issuer: issuer?,
        issuer_name: shape.issuer.name,
        contact: shape.contact,
        theme: shape.theme.map(Spanned::into_inner),
    })
}
