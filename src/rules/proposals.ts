import { timestamp, toMs } from "../schema/scalars.ts";
import { noDetails, type StateCreate, type StateDetails, type StateType } from "../schema/states.ts";

// States with which rules replace proposals.

export const state = (type: StateType, name: string | null, message: string | null = null): StateCreate => ({
  ...{ type, name, message },
  state_details: { ...noDetails },
});

export const scheduled = (name: string, time: string, message: string | null = null): StateCreate => ({
  ...state("SCHEDULED", name, message),
  state_details: { ...noDetails, scheduled_time: time },
});

export const withDetails = (to: StateCreate, details: Partial<StateDetails>): StateCreate => ({
  ...to,
  state_details: { ...to.state_details, ...details },
});

export const after = (time: string, seconds: number): string =>
  timestamp(Math.round(toMs(time) + seconds * 1000));

export const isOneOf = (type: StateType | undefined, types: readonly StateType[]): boolean =>
  type !== undefined && types.includes(type);
