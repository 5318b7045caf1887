import { contentsOf, type Mailbox, type StoredFolder } from "./mailbox.ts";
import { Refusal } from "./refusal.ts";

/** Refuses a name that another folder in the same place has. */
export function requireFreeName(mailbox: Mailbox, parentId: string, folder: StoredFolder): void {
  if (!isFree(mailbox, parentId, folder)) {
    throw new Refusal(
      409,
      "ErrorFolderExists",
      "A folder with the specified name already exists., Could not create folder.",
    );
  }
}

function isFree(mailbox: Mailbox, parentId: string, folder: StoredFolder): boolean {
  const wanted = comparableName(folder.displayName);
  return [...contentsOf(mailbox, parentId).children].every(
    (id) =>
      id === folder.id || comparableName(mailbox.folders.get(id)?.displayName ?? "") !== wanted,
  );
}

/** Exchange compares folder names without regard to case and to blanks at the ends. */
function comparableName(name: string): string {
  return name.trim().toLowerCase();
}

/** The folder's name, with a number after it when another has it: Deleted Items takes every folder. */
export function freeName(mailbox: Mailbox, parentId: string, folder: StoredFolder): string {
  let displayName = folder.displayName;
  for (let n = 1; !isFree(mailbox, parentId, { ...folder, displayName }); n++) {
    displayName = `${folder.displayName}${n}`;
  }
  return displayName;
}
