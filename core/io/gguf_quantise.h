#pragma once

#include <cstddef>

namespace lorashear {

/// Blocks of 32 numbers, every one rounded as ggml's reference does: Q8_0 with one scale and halves away from zero; Q4_0 and Q5_0 with a scale that
/// makes the number furthest from zero exact; Q5_1 from the smallest to the largest. count: a multiple of the block size.
void quantiseQ8_0(const float* values, std::byte* blocks, std::size_t count);
void quantiseQ4_0(const float* values, std::byte* blocks, std::size_t count);
void quantiseQ5_0(const float* values, std::byte* blocks, std::size_t count);
void quantiseQ5_1(const float* values, std::byte* blocks, std::size_t count);

/// Blocks of 256 numbers in groups with scales of their own, which are searched for the smallest weighted square error.
void quantiseQ4_K(const float* values, std::byte* blocks, std::size_t count);
void quantiseQ5_K(const float* values, std::byte* blocks, std::size_t count);
void quantiseQ6_K(const float* values, std::byte* blocks, std::size_t count);

}  // namespace lorashear
