import { defaultStateName, type StateType } from "../../../schema/state-types.ts";

/** A state that a person sets by hand. */
export interface StateChoice {
  type: StateType;
  /** Empty: that of the type. */
  name: string;
  message: string;
  /** Past the rules of the server. */
  force: boolean;
}

export const firstChoice: StateChoice = { type: "COMPLETED", name: "", message: "", force: false };

/** What is sent: only what was given. */
export const stateInput = ({ type, name, message, force }: StateChoice) => ({
  state: {
    type,
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(message.trim() ? { message: message.trim() } : {}),
  },
  force,
});

/** How the state is called in a sentence. */
export const chosenName = ({ type, name }: StateChoice): string => name.trim() || defaultStateName(type);
