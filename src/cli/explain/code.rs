//! What a verdict or a finding means, and what to do about it, in Chinese.

use crate::batch::FindingKind;
use crate::credential::verdict::{Code, Face, Reason};

/// The code, its words, its colour, and what to do.
pub(super) fn explain(code: Code) -> String {
    let face = match code.face() {
        Face::Green => "绿",
        Face::Red => "红：不要接受",
        Face::Amber => "黄：曾经或将会有效",
        Face::Grey => "灰：无法判断，不等于伪造",
    };
    let (words, meaning) = (code.words(), meaning(code));
    let (employer, auditor) = (employer(code), auditor(code));
    format!(
        "{code} {words}（{face}）\n含义      {meaning}\n用人单位  {employer}\n审计人员  {auditor}\n"
    )
}

/// The finding's code, its words, whether it counts, and what to do.
pub(super) fn explain_finding(kind: FindingKind) -> String {
    let weight = match kind {
        FindingKind::Altered | FindingKind::Equivocation | FindingKind::Replaced => {
            "发现：不计为有效"
        }
        FindingKind::Replaces => "发现：另一张不计为有效",
        FindingKind::Duplicate | FindingKind::ForeignHost => "发现：只是提醒",
    };
    let (meaning, employer, auditor) = of_finding(kind);
    let (code, words) = (kind.as_str(), kind.words());
    format!(
        "{code} {words}（{weight}）\n含义      {meaning}\n用人单位  {employer}\n审计人员  {auditor}\n"
    )
}

/// What was found beside the verdict, and what an employer and an auditor do.
const fn of_finding(kind: FindingKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        FindingKind::Altered => (
            "文件末尾的校验值与内容不符：文件损坏、被编辑或另存过。结论只取决于二维码中的文字，文件上显示的可能不同。",
            "不要看文件上显示的内容；请持卡人重新提供原文件。",
            "不计为有效；留存文件，向签发机构或发卡单位索取原文件再核验。",
        ),
        FindingKind::Duplicate => (
            "卡号和内容都相同的卡，在同一次核验中已经出现过。",
            "只收一张。",
            "按卡号只计一张；同一张卡用在几个人或几个单位名下的，核对身份证件。",
        ),
        FindingKind::Equivocation => (
            "同一签发方签了卡号相同而内容不同的两张卡：是签发方的错误，或者密钥被别人用过。",
            "两张都不要接受。向签发机构查询。",
            "两张都不计为有效；保存两份原件，移交签发机构和上级主管部门。",
        ),
        FindingKind::Replaced => {
            ("同一次核验中另有一张卡换发了这张卡。", "请持卡人出示新卡。", "不计为有效，按新卡计。")
        }
        FindingKind::Replaces => (
            "这张卡换发了同一次核验中的另一张卡。这张可以计为有效，那张不计。",
            "以这张为准，退回旧卡。",
            "按这张计；旧卡不计为有效，不要重复计算。",
        ),
        FindingKind::ForeignHost => (
            "二维码中的网址不是签发机构的官方网址，或者不是网址。卡的内容和签名不受影响。",
            "不要扫码打开；用本程序或签发机构的核验页核验。",
            "结论照旧；同一网址大量出现的，报签发机构。",
        ),
    }
}

/// What has been found, and what has not.
const fn meaning(code: Code) -> &'static str {
    match code {
        Code::Valid => {
            "签名属于信任名单上的签发机构，在授权范围和期限之内；没有撤销，没有换发；名单没有过期。"
        }
        Code::Refused(reason) => match reason {
            Reason::BadSignature => {
                "卡上写的签发密钥没有签过这些内容：内容被改动过，或者签名是编造的。"
            }
            Reason::Revoked => "卡是真的，但签发机构已经撤销它，原因写在核验结果里。",
            Reason::KeyRevoked => {
                "签这张卡的密钥已经宣布泄露，而这张卡不在被盗以前的台账里：可能是窃贼签的。"
            }
            Reason::OutOfScope => {
                "签名是真的，但签发机构无权签这张卡：地区、年度、卡种、科目或签发日期超出授权。"
            }
            Reason::Inconsistent => {
                "签名是真的，但卡的内容与它所依据的规则集不符：认定的数不够所写的结果，或年度、科目、条款对不上。"
            }
            Reason::Superseded => {
                "卡是真的，但持卡人的信息或认定的数改正以后，签发机构已经换发新卡，这张作废。"
            }
            Reason::Expired => "卡是真的，但已经过了卡上写明的有效期。",
            Reason::NotYetValid => "卡上的签发时间比现在晚 24 小时以上：多半是本机的时间不对。",
            Reason::Stale => {
                "签名和内容都对，但手边的名单过期了，或者还没有管到这张卡：不知道它后来有没有撤销。"
            }
            Reason::UnknownIssuer => {
                "手边的信任名单里没有签这张卡的密钥：可能是新的密钥、别处的签发机构，也可能是编造的。"
            }
            Reason::Unsupported => "卡的版本、算法、卡种或字段是本程序还不认识的。",
            Reason::Malformed => "没有读到一张完整的卡：多半是没有扫全，或者扫的不是审验卡。",
            Reason::ClockSuspect => "本机的时间比名单的签发时间早 24 小时以上：本机的时间不对。",
            Reason::Specimen => "样张的签名是完整的，但样张的密钥人人都有：它什么也不证明。",
        },
    }
}

/// What an employer does with the card in front of it.
const fn employer(code: Code) -> &'static str {
    match code {
        Code::Valid => "核对持卡人的身份证：姓名和证件号码末四位要与卡上一致。",
        Code::Refused(reason) => match reason {
            Reason::BadSignature => "不要接受。请持卡人出示原卡重扫；仍然不符的，向签发机构查询。",
            Reason::Revoked => "不要接受。持卡人有疑问的，请他向签发机构查询。",
            Reason::KeyRevoked => "不要接受。请持卡人向签发机构换发；真的持卡人会得到新卡。",
            Reason::OutOfScope => "不要接受。向签发机构的上级主管部门查询。",
            Reason::Inconsistent => "不要接受。向签发机构查询。",
            Reason::Superseded => "请持卡人出示新卡。",
            Reason::Expired => "请持卡人向签发机构查询是否另有新卡。",
            Reason::NotYetValid => "先核对本机的日期和时间；无误的，等到签发日期再核验。",
            Reason::Stale => "联网重新打开核验页，或者更新名单，再核验。",
            Reason::UnknownIssuer => {
                "更新名单再核验；仍不认识的，向卡上所写的签发机构查询。卡上的内容未经验证。"
            }
            Reason::Unsupported => "更新本程序或刷新核验页，再核验。",
            Reason::Malformed => "对准二维码重扫；纸面有污损的，请持卡人重新打印。",
            Reason::ClockSuspect => "校准本机的日期和时间，再核验。",
            Reason::Specimen => "不要接受。请持卡人出示正式的审验卡。",
        },
    }
}

/// What an auditor does with many.
const fn auditor(code: Code) -> &'static str {
    match code {
        Code::Valid => "计为有效；报告里一并写明所依据的名单版本和签发时刻。",
        Code::Refused(reason) => match reason {
            Reason::BadSignature => {
                "保留原件和二维码中的文字，逐张移交签发机构核查；同一来源出现多张的，一并移交。"
            }
            Reason::Revoked => "不计为有效；原因为弄虚作假的，核对当时用它办过什么。",
            Reason::KeyRevoked => "不计为有效；把卡号交签发机构与台账核对，台账里有的应当换发。",
            Reason::OutOfScope => "单列，报发布信任名单的部门：可能是授权漏写，也可能是越权。",
            Reason::Inconsistent => {
                "单列，与签发机构的认定结果核对：这是签发程序或签发机构的错误，不是持卡人的。"
            }
            Reason::Superseded => "不重复计数：按新卡计。名单里只有旧卡的，请单位补交新卡。",
            Reason::Expired => "按所审事项的日期核验：用 --as-of 写明那一天。",
            Reason::NotYetValid => "用 --as-of 按过去某天核验时，那天以后签发的卡都是这样。",
            Reason::Stale => {
                "取得最新的信任名单和撤销名单再核验；确实要按旧名单判断的，用 --max-age 写明愿意接受多旧。"
            }
            Reason::UnknownIssuer => {
                "更新信任名单，用 --site 指明签发机构的名单；仍不认识的单列，不要算作伪造。"
            }
            Reason::Unsupported => "更新本程序再核验；仍不支持的单列。",
            Reason::Malformed => "重扫或索取原文件；读不出的逐件列明，不要略过。",
            Reason::ClockSuspect => "校准时间；要按过去某天核验的，用 --as-of 写明。",
            Reason::Specimen => "不计为有效；只有试用和测试时才用 --allow-specimen。",
        },
    }
}
