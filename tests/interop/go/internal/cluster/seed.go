// Package cluster says what a tree of hardway must hold. It is written from the design alone (sections 2 to 4) and
// shares no code with what it judges.
package cluster

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Seed is the one secret of a cluster.
type Seed struct {
	Created int64
	Entropy []byte
}

const (
	alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	prefix   = "hardway-seed-"
	salt     = "hardway/v1"
)

// ParseSeed reads HARDWAY-SEED-1...: Bech32 (BIP-173) over version, creation and entropy.
func ParseSeed(line string) (*Seed, error) {
	lower := strings.ToLower(line)
	if line != strings.ToUpper(line) || !strings.HasPrefix(lower, prefix+"1") {
		return nil, errors.New("the seed has another form")
	}
	var words []byte
	for _, character := range lower[len(prefix)+1:] {
		word := strings.IndexRune(alphabet, character)
		if word < 0 {
			return nil, errors.New("the seed has a character that Bech32 has not")
		}
		words = append(words, byte(word))
	}
	if polymod(append(expand(prefix), words...)) != 1 {
		return nil, errors.New("the seed's checksum is wrong")
	}
	payload, err := regroup(words[:len(words)-6])
	if err != nil {
		return nil, err
	}
	if len(payload) != 41 || payload[0] != 1 {
		return nil, errors.New("the seed has another length or version")
	}
	return &Seed{Created: int64(binary.BigEndian.Uint64(payload[1:9])), Entropy: payload[9:]}, nil
}

func expand(text string) []byte {
	var high, low []byte
	for _, character := range []byte(text) {
		high = append(high, character>>5)
		low = append(low, character&31)
	}
	return append(append(high, 0), low...)
}

func polymod(values []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	checksum := uint32(1)
	for _, value := range values {
		top := checksum >> 25
		checksum = (checksum&0x1ffffff)<<5 ^ uint32(value)
		for i, term := range generator {
			if top>>i&1 == 1 {
				checksum ^= term
			}
		}
	}
	return checksum
}

func regroup(words []byte) ([]byte, error) {
	var bytes []byte
	buffer, bits := uint32(0), 0
	for _, word := range words {
		buffer = buffer<<5 | uint32(word)
		bits += 5
		if bits >= 8 {
			bits -= 8
			bytes = append(bytes, byte(buffer>>bits))
		}
	}
	if bits >= 5 || buffer&(1<<bits-1) != 0 {
		return nil, errors.New("the seed's padding is wrong")
	}
	return bytes, nil
}

// ID names the seed: 16 hexadecimal digits.
func (seed *Seed) ID() string {
	return fmt.Sprintf("%x", derive(seed.Entropy, "seed-id", 8))
}

// KeySeed derives the 48 bytes of an entry's key.
func (seed *Seed) KeySeed(cluster, authority, id string, generation int) []byte {
	authoritySeed := derive(seed.Entropy, "authority:"+cluster+"/"+authority, 32)
	return derive(authoritySeed, fmt.Sprintf("key:%s#%d", id, generation), 48)
}

func derive(secret []byte, info string, length int) []byte {
	bytes, err := hkdf.Key(sha256.New, secret, []byte(salt), info, length)
	if err != nil {
		panic(err)
	}
	return bytes
}
