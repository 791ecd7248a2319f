import { createContext, useContext } from 'react';

export const SessionContext = createContext<{ signOut: () => void }>({ signOut: () => undefined });

export const useSession = () => useContext(SessionContext);
