import { Bookmark, Check, Pencil, Save, Star, Trash2, Users } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Menu } from "../../kit/overlays/menu.tsx";
import type { MenuItem } from "../../kit/overlays/menu-items.ts";
import { useSearchParams } from "../../kit/router.tsx";
import { remembered } from "./browser-memory.ts";
import { type SavedView, searchOf } from "./saved-view.ts";
import { useColumns } from "./use-columns.ts";
import { defaultKey, useSavedViews } from "./use-saved-views.ts";

const ViewDialog = lazyNamed(async () => (await import("./view-dialog.tsx")).ViewDialog);

interface Props {
  list: string;
  /** Names the list whose columns are kept with a view. */
  columnList?: string;
}

/** Views of a list: opens one, saves what is on the screen as one, and changes those that there are. */
export function ViewsMenu({ list, columnList = list }: Props) {
  const [params, setParams] = useSearchParams();
  useDefaultView(list, params, setParams);
  const [isOpened, setOpened] = useState(false);
  const [dialog, setDialog] = useState<"save" | "rename" | null>(null);
  const { saved, search, current, isChanged } = useCurrentView(list, params, isOpened);
  const open = (view: SavedView) => setParams(withView(view.search, view.name));
  const [columns] = useColumns(columnList);
  const save = async (asked: SavedView, before?: SavedView) => {
    const view = asked.isShared ? { ...asked, search: withColumns(asked.search, columns) } : asked;
    await saved.save(view);
    if (before && (before.name !== view.name || before.isShared !== view.isShared))
      await saved.remove(before);
    setParams(withView(view.search, view.name));
  };
  const opens = saved.views.map(
    (view): MenuItem => ({
      label: view.name,
      icon: view.isShared ? (
        <Users size={14} aria-label="Shared" />
      ) : (
        <Bookmark size={14} aria-label="Private" />
      ),
      onSelect: () => open(view),
    }),
  );
  const ofCurrent = current
    ? changesOf(current, {
        isChanged,
        search,
        saved,
        save,
        rename: () => setDialog("rename"),
        leave: () => setParams(search),
      })
    : [];
  const isDefault = saved.byDefault === search;
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button
            variant="ghost"
            aria-label={`Views${current ? `: ${current.name}` : ""}`}
            onClickCapture={() => setOpened(true)}
          >
            <Bookmark size={14} />
            {current ? `${current.name}${isChanged ? " (changed)" : ""}` : "Views"}
          </Button>
        }
        groups={[
          opens,
          ofCurrent,
          [
            { label: "Save view as…", icon: <Save size={14} />, onSelect: () => setDialog("save") },
            {
              label: isDefault ? "Do not open by default" : "Open by default",
              icon: isDefault ? <Check size={14} /> : <Star size={14} />,
              onSelect: () => saved.makeDefault(isDefault ? null : search),
            },
          ],
        ]}
      />
      <Suspense fallback={null}>
        {dialog && (
          <ViewDialog
            title={dialog === "save" ? "Save view" : "Rename view"}
            view={dialog === "rename" && current ? current : { name: "", search, isShared: false }}
            onSave={(view) => save(view, dialog === "rename" ? current : undefined)}
            onClose={() => setDialog(null)}
          />
        )}
      </Suspense>
    </>
  );
}

/** With the columns that this browser shows, so that others see the same. */
function withColumns(search: string, columns: readonly string[]): string {
  const params = new URLSearchParams(search);
  if (columns.length > 0) params.set("cols", columns.join());
  return searchOf(params);
}

/** The view that the address names, and whether it says something else by now. */
function useCurrentView(list: string, params: URLSearchParams, isOpened: boolean) {
  const name = params.get("view");
  const saved = useSavedViews(list, isOpened || name !== null);
  const search = searchOf(params);
  const current = saved.views.find((view) => view.name === name);
  return { saved, search, current, isChanged: current !== undefined && current.search !== search };
}

const withView = (search: string, name: string): URLSearchParams => {
  const params = new URLSearchParams(search);
  params.set("view", name);
  return params;
};

interface Changes {
  isChanged: boolean;
  search: string;
  saved: ReturnType<typeof useSavedViews>;
  save: (view: SavedView) => Promise<void>;
  rename: () => void;
  /** The view is not there any more. */
  leave: () => void;
}

/** What can be done with the view that is open. */
function changesOf(view: SavedView, { isChanged, search, saved, save, rename, leave }: Changes): MenuItem[] {
  const toSave: MenuItem = {
    label: `Save changes to ${view.name}`,
    icon: <Save size={14} />,
    onSelect: () => void save({ ...view, search }),
  };
  return [
    ...(isChanged ? [toSave] : []),
    { label: "Rename view…", icon: <Pencil size={14} />, onSelect: rename },
    {
      label: "Delete view",
      icon: <Trash2 size={14} />,
      danger: true,
      onSelect: () => void saved.remove(view).then(leave),
    },
  ];
}

/** A list that is opened without a query opens with the view that was made the default. */
function useDefaultView(
  list: string,
  params: URLSearchParams,
  setParams: (search: string, options: { replace: true }) => void,
) {
  const [isBare] = useState(params.size === 0);
  useEffect(() => {
    const search = remembered(defaultKey(list));
    if (isBare && search) setParams(search, { replace: true });
    // Once: whoever takes the filters away wants to see all.
  }, [isBare, list, setParams]);
}
