// What the verify page says, in one table: Chinese, English, Mongolian.
//
// A Mongolian string is empty until somebody who writes the language has given it; the
// page then shows the Chinese one. `{}`, or `{0}` and `{1}`, stand for values.

/** The languages in the order of the table: BCP 47 tag and own name. */
export const LANGUAGES = [['zh-CN', '中文'], ['en', 'English'], ['mn-Mong', 'ᠮᠣᠩᠭᠣᠯ']];

const WORDS = {
  title: ['核验审验卡', 'Verify an audit card', ''],
  ready: ['请用手机相机扫描卡上的二维码，或者在下面粘贴二维码中的文字、选一张照片。', 'Scan the QR code on the card with your phone’s camera; or paste its text, or choose a photograph, below.', ''],
  working: ['正在核验……', 'Verifying …', ''],
  language: ['语言', 'Language', ''],
  skip: ['跳到正文', 'Skip to content', ''],

  VALID: ['', 'Valid', ''],
  BAD_SIGNATURE: ['', 'Signature does not fit; the content may have been altered', ''],
  REVOKED: ['', 'Revoked', ''],
  KEY_REVOKED: ['', 'The issuing key has been withdrawn', ''],
  OUT_OF_SCOPE: ['', 'Beyond the issuer’s authority', ''],
  INCONSISTENT: ['', 'The content does not agree with the policy', ''],
  SUPERSEDED: ['', 'Replaced by a newer card', ''],
  EXPIRED: ['', 'Expired', ''],
  NOT_YET_VALID: ['', 'Not yet valid', ''],
  STALE: ['', 'Status lists too old to tell', ''],
  UNKNOWN_ISSUER: ['', 'Unknown issuer', ''],
  UNSUPPORTED: ['', 'Unsupported version or extension', ''],
  MALFORMED: ['', 'Not read completely; please scan again', ''],
  CLOCK_SUSPECT: ['', 'This device’s clock is wrong', ''],
  SPECIMEN: ['', 'Specimen; proves nothing', ''],

  'next.VALID': ['卡上内容由下列机构签发，此后没有改动。请再核对身份证件。', 'The issuer below signed this content and it has not been changed. Now check the holder’s identity document.', ''],
  'next.BAD_SIGNATURE': ['不要采信。请持卡人出示原卡再扫一次；仍然不符的，请向签发机构查询。', 'Do not accept it. Have the original card shown and scan again; if the answer is the same, ask the issuer.', ''],
  'next.REVOKED': ['不要采信。有疑问的，请向签发机构查询。', 'Do not accept it. If in doubt, ask the issuer.', ''],
  'next.KEY_REVOKED': ['不要采信。请持卡人向签发机构换发。', 'Do not accept it. The holder should ask the issuer for a new card.', ''],
  'next.OUT_OF_SCOPE': ['不要采信。请向签发机构的上级主管部门查询。', 'Do not accept it. Ask the authority above the issuer.', ''],
  'next.INCONSISTENT': ['不要采信。请向签发机构查询。', 'Do not accept it. Ask the issuer.', ''],
  'next.SUPERSEDED': ['这张卡已经作废。请持卡人出示换发的新卡。', 'This card is void. Ask the holder for the new one.', ''],
  'next.EXPIRED': ['请持卡人向签发机构查询是否另有新卡。', 'The holder should ask the issuer whether there is a newer card.', ''],
  'next.NOT_YET_VALID': ['请先核对本机的日期和时间；无误的，等到签发日期再核验。', 'Check the date and time of this device; if they are right, verify again on the day of issue.', ''],
  'next.STALE': ['这不等于无效。请联网后重新打开本页，再核验。', 'This does not make the card invalid. Go online, open this page again, and verify once more.', ''],
  'next.UNKNOWN_ISSUER': ['这不等于伪造。请联网后重新打开本页再核验；仍不认识的，请向卡面所印的签发机构查询。', 'This does not mean forged. Go online, open this page again and verify once more; if the issuer is still unknown, ask the office printed on the card.', ''],
  'next.UNSUPPORTED': ['这不等于伪造。请联网后重新打开本页，再核验。', 'This does not mean forged. Go online, open this page again, and verify once more.', ''],
  'next.MALFORMED': ['这不等于伪造。请对准二维码重扫，或者换一张清晰的照片。', 'This does not mean forged. Scan the code again, or use a sharper photograph.', ''],
  'next.CLOCK_SUSPECT': ['请校准本机的日期和时间，再核验。', 'Set the date and time of this device, and verify again.', ''],
  'next.SPECIMEN': ['这是演示用的卡，任何人都能制作，不能用来证明任何人的任何事。', 'This card is for demonstration. Anybody can make one; it proves nothing about anybody.', ''],

  'not-id': ['本卡不是身份证件，请核对身份证', 'This card is no identity document; check the holder’s', ''],
  foreign: ['二维码中的网址（{}）不是签发机构的官方网址（{}）。请到官方网址再核验一次；请勿在那个网址填写任何信息。', 'The address in the code ({}) is not the issuer’s own ({}). Verify once more at the issuer’s address, and enter nothing at the other one.', ''],
  'foreign.unreadable': ['二维码中的网址不是签发机构的官方网址，请勿打开。', 'The address in the code is not the issuer’s own; do not open it.', ''],
  unverified: ['未验证', 'Not verified', ''],
  'unverified.note': ['以下内容未经证实，任何人都可能写上，不能采信。', 'Nothing below has been proven. Anybody may have written it; do not rely on it.', ''],
  name: ['姓名', 'Name', ''],
  tail: ['证件号码末四位', 'Last four of document number', ''],
  'tail.absent': ['卡上没有', 'Not on the card', ''],
  document: ['证件类型', 'Kind of document', ''],
  'document.other': ['非居民身份证（类型 {}）', 'Other than resident identity card (kind {})', ''],
  year: ['学习年度', 'Learning year', ''],
  result: ['结果', 'Result', ''],
  'result.1': ['', 'Passed in full (足额合格)', ''],
  'result.2': ['', 'Passed with reduction (减免合格)', ''],
  'result.3': ['', 'No hours required (不作要求)', ''],
  'result.4': ['', 'For reviewers’ reference (评审参考)', ''],
  hours: ['学时', 'Hours', ''],
  category: ['科目', 'Category', ''],
  'category.unnamed': ['科目 {}', 'Category {}', ''],
  required: ['应修', 'Required', ''],
  credited: ['认定', 'Credited', ''],
  grounds: ['认定依据', 'Rests on', ''],
  'ground.unknown': ['规则集 {1} 的第 {0} 条，本页没有它的文字。', 'Clause {0} of policy {1}, whose words are not on this page.', ''],
  issuer: ['签发机构', 'Issuer', ''],
  number: ['卡号', 'Card number', ''],
  issued: ['签发日期', 'Issued', ''],
  expires: ['失效日期', 'Void from', ''],
  supersedes: ['换发自', 'Replaces', ''],
  extension: ['未知扩展', 'Unknown extension', ''],
  'extension.note': ['键 {}，不影响结论', 'key {}; does not change the verdict', ''],
  freshness: ['状态时效', 'As of', ''],
  'freshness.specimen': ['样张不查撤销名单和信任名单', 'Specimens stand in no list', ''],
  at: ['核验时间', 'Verified at', ''],
  'at.value': ['{}（北京时间，按本机时钟）', '{} (Beijing time, by this device’s clock)', ''],
  local: ['核验在本机进行，没有把卡的内容发给任何人。', 'Verified on this device; the card’s content was sent to nobody.', ''],

  steps: ['核验经过', 'How it was verified', ''],
  passed: ['通过', 'passed', ''],
  failed: ['不通过', 'failed', ''],
  skipped: ['未进行', 'not taken', ''],
  'step.text': ['文本与字符', 'Text and alphabet', ''],
  'step.digits': ['数字还原', 'Digits to bytes', ''],
  'step.shape': ['COSE 结构', 'COSE structure', ''],
  'step.algorithm': ['算法与头部', 'Algorithm and headers', ''],
  'step.issuer': ['签发机构', 'Issuer', ''],
  'step.signature': ['签名', 'Signature', ''],
  'step.body': ['卡面内容', 'Content', ''],
  'step.standing': ['签发授权', 'Issuer’s authority', ''],
  'step.times': ['时间', 'Times', ''],
  'step.revocation': ['撤销与换发', 'Revoked or replaced', ''],
  'step.policy': ['规则复算', 'Hours against the policy', ''],
  'step.freshness': ['状态时效', 'Freshness of lists', ''],

  manual: ['粘贴文字或选照片', 'Paste text or choose a picture', ''],
  another: ['核验另一张', 'Verify another', ''],
  paste: ['二维码中的文字', 'Text of the QR code', ''],
  submit: ['核验', 'Verify', ''],
  picture: ['选一张照片', 'Choose a photograph', ''],
  camera: ['用相机扫码', 'Scan with the camera', ''],
  'camera.stop': ['停止扫码', 'Stop scanning', ''],
  'camera.view': ['相机画面', 'Camera picture', ''],
  'camera.refused': ['没有得到相机的使用许可。请允许使用相机，或改用粘贴。', 'The camera may not be used. Allow it, or paste the text.', ''],
  'no-detector': ['本浏览器不能识别照片中的二维码：请直接用手机相机扫码打开，或者粘贴文字。', 'This browser cannot read QR codes from pictures: scan with your phone’s camera app, or paste the text.', ''],
  'no-camera': ['这里不能使用相机：请选照片，或者粘贴文字。', 'The camera cannot be used here: choose a photograph, or paste the text.', ''],
  'no-code': ['照片中没有找到二维码，请换一张清晰、完整的照片。', 'No QR code was found in the picture; choose a sharp and complete one.', ''],
  'no-picture': ['这个文件不是能打开的照片。', 'This file is not a picture that can be opened.', ''],
  print: ['打印这份结果', 'Print this result', ''],
  offline: ['离线核验页（一个文件，可存入 U 盘）', 'Offline page (one file, fits a USB stick)', ''],
  kept: ['本页已保存在这台设备上，没有网络也能核验。', 'This page is kept on this device and verifies without a network.', ''],
};

/** The words of a key in a language, values put in; Chinese where there are none. */
export function words(language, key, ...values) {
  const row = WORDS[key];
  const text = row[LANGUAGES.findIndex(([tag]) => tag === language)] || row[0];
  let next = 0;
  return text.replace(/\{([0-9]*)\}/g, (_, at) => values[at === '' ? next++ : Number(at)]);
}

/** Whether anything has been put into a language. */
export function isSpoken(language) {
  const at = LANGUAGES.findIndex(([tag]) => tag === language);
  return Object.values(WORDS).some((row) => row[at] !== '');
}
