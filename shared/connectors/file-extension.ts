import { detectExtension } from "nodemailer/lib/mime-funcs";

/** What phones and mail clients send, where the mail library's table knows no or an odd extension. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "application/ms-tnef": "dat",
  "application/octet-stream": "bin",
  "application/pgp-encrypted": "asc",
  "application/pgp-signature": "asc",
  "application/pkcs7-mime": "p7m",
  "application/pkcs7-signature": "p7s",
  "application/vnd.ms-tnef": "dat",
  "application/x-pkcs7-mime": "p7m",
  "application/x-pkcs7-signature": "p7s",
  "audio/3gpp": "3gp",
  "audio/aac": "aac",
  "audio/amr": "amr",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "audio/opus": "opus",
  "audio/silk": "silk",
  "image/heic": "heic",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "message/delivery-status": "txt",
  "message/disposition-notification": "txt",
  "message/feedback-report": "txt",
  "message/global": "eml",
  "message/rfc822": "eml",
  "text/directory": "vcf",
  "text/vcard": "vcf",
  "text/x-vcard": "vcf",
  "video/3gpp": "3gp",
};

/** The extension that files of a type have: `jpg`; `bin` where none is known. */
export function fileExtension(contentType: string): string {
  return EXTENSIONS[contentType] ?? detectExtension(contentType);
}
