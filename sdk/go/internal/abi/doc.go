// Package abi has the shapes of the component model's canonical ABI that the contract with the host needs: byte lists,
// lists and options in a 32-bit memory, the area for results, and the memory that the host asks for.
//
// It exists on wasip1 only. Nothing in it is safe for concurrent use, and no view that it returns outlives the next call.
package abi
