import "./theme.css";
import { createRoot } from "react-dom/client";
import { followSettings } from "./settings.ts";
import { Connect } from "./shell/connect.tsx";
import { Site } from "./site.tsx";

followSettings();
const root = document.getElementById("root");
if (!root) throw new Error("expected an element #root in index.html");
createRoot(root).render(
  <Connect>
    <Site />
  </Connect>,
);
