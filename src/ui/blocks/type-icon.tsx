import {
  Bell,
  Box,
  Cloud,
  Database,
  Folder,
  GitBranch,
  KeyRound,
  Mail,
  MessageSquare,
  Siren,
  Webhook,
} from "lucide-react";

const kinds: readonly (readonly [RegExp, typeof Box])[] = [
  [/secret|credential|token|password|auth/, KeyRound],
  [/slack|teams|discord|mattermost|chat/, MessageSquare],
  [/mail|sendgrid/, Mail],
  [/pager|opsgenie/, Siren],
  [/webhook/, Webhook],
  [/file|bucket|storage|smb|folder/, Folder],
  [/git|bitbucket/, GitBranch],
  [/database|sql|postgres|snowflake|warehouse|connector/, Database],
  [/aws|gcp|azure|cloud|kubernetes|docker/, Cloud],
  [/notif|sms|twilio/, Bell],
];

/** A sign for a block type. The logos of types are files of other hosts, which the page does not load. */
export function TypeIcon({ slug, size = 15 }: { slug: string; size?: number }) {
  const Icon = kinds.find(([pattern]) => pattern.test(slug))?.[1] ?? Box;
  return <Icon size={size} aria-hidden="true" className="shrink-0 text-muted" />;
}
