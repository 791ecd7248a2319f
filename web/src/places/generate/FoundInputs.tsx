// What was found in the library, as pictures to take.

import type { Tile } from '../assets/tile';
import { generate as texts } from '../../texts';
import { Thumb } from '../../ui/Thumb';

export function FoundInputs({ tiles, onPick }: { tiles: Tile[]; onPick: (id: string) => void }) {
  return (
    <ul aria-label={texts.found} className="found">
      {tiles.map((tile) => (
        <li key={tile.id}>
          <button type="button" className="found-pick" aria-label={texts.use(tile.id)} title={tile.title || tile.id} onClick={() => onPick(tile.id)}>
            <Thumb url={tile.picture} type={tile.type} />
            <span className="small clip">{tile.title || tile.id}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
