"""A stand-in of our own for torchrec's batch of lists, laid one key after the other."""


class KeyedJaggedTensor:
    @staticmethod
    def from_offsets_sync(keys, values, offsets):
        made = KeyedJaggedTensor()
        made.keys, made.values, made.offsets = keys, values, offsets
        return made

    def of(self, key):
        """A key's values and where each of its lists begins."""
        rows = (len(self.offsets) - 1) // len(self.keys)
        first = self.keys.index(key) * rows
        offsets = self.offsets[first : first + rows + 1]
        return self.values[offsets[0] : offsets[-1]], offsets - offsets[0]
