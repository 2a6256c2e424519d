#include "core/trace/layout_moves.h"
#include "core/trace/operator_rules.h"

#include <cmath>

namespace lorashear::trace {

namespace {

// Operators of one tensor, value by value. keepsZero: f(0) = 0, so that what was masked stays masked.
struct Unary {
    const char* op;
    bool keepsZero;
};

const Unary kUnary[] = {
    {"aten::silu", true},         {"aten::gelu", true},      {"aten::relu", true},        {"aten::relu6", true},
    {"aten::tanh", true},         {"aten::sin", true},       {"aten::erf", true},         {"aten::neg", true},
    {"aten::abs", true},          {"aten::mish", true},      {"aten::hardswish", true},   {"aten::leaky_relu", true},
    {"aten::elu", true},          {"aten::sqrt", true},      {"aten::square", true},      {"aten::sign", true},
    {"aten::sigmoid", false},     {"aten::exp", false},      {"aten::log", false},        {"aten::cos", false},
    {"aten::rsqrt", false},       {"aten::softplus", false}, {"aten::reciprocal", false}, {"aten::hardsigmoid", false},
    {"aten::logical_not", false},
};

// Operators of several tensors with broadcasting.
struct Joint {
    const char* op;
    ZeroRule rule;
};

const Joint kJoints[] = {
    {"aten::mul", ZeroRule::Any},        {"aten::div", ZeroRule::First},       {"aten::maximum", ZeroRule::All},
    {"aten::minimum", ZeroRule::All},    {"aten::where", ZeroRule::Never},     {"aten::eq", ZeroRule::Never},
    {"aten::ne", ZeroRule::Never},       {"aten::lt", ZeroRule::Never},        {"aten::le", ZeroRule::Never},
    {"aten::gt", ZeroRule::Never},       {"aten::ge", ZeroRule::Never},        {"aten::logical_and", ZeroRule::Any},
    {"aten::logical_or", ZeroRule::All}, {"aten::bitwise_and", ZeroRule::Any}, {"aten::bitwise_or", ZeroRule::All},
    {"aten::multiply", ZeroRule::Any},   {"aten::addcmul", ZeroRule::Never},
};

// The numbers are others now.
void forget(Layout& layout) {
    layout.parameter.clear();
    layout.placesIn.reset();
    layout.allZero = false;
}

void unary(RuleCall& call, bool keepsZero) {
    Layout out = call.layout("self");
    const auto before = out.statistic;
    forget(out);
    out.statistic = Statistic::None;
    if (!keepsZero) spoil(out, call.call.op), out.zeroWith = -1;
    if (call.call.op == "aten::square") out.statistic = Statistic::Square;
    if (call.call.op == "aten::rsqrt" && before == Statistic::MeanSquare) out.statistic = Statistic::InverseRms;
    call.result(std::move(out));
}

void power(RuleCall& call) {
    const auto* exponent = call.call.argument("exponent");
    if (!exponent || !exponent->tensors.empty() || !call.has("self")) {
        call.result(combined(call.known, call.allLayouts(), call.resultShape(), ZeroRule::Never, call.call.op));
        return;
    }
    Layout out = call.layout("self");
    forget(out);
    const auto before = out.statistic;
    out.statistic = exponent->number == 2 ? Statistic::Square : Statistic::None;
    if (exponent->number == -0.5 && before == Statistic::MeanSquare) out.statistic = Statistic::InverseRms;
    if (exponent->number <= 0) spoil(out, call.call.op), out.zeroWith = -1;
    call.result(std::move(out));
}

// Normalised = x * inverse root mean square; what multiplies that is the norm's gain.
Statistic statisticOfProduct(RuleCall& call, const std::vector<Layout>& operands) {
    if (operands.size() != 2) return Statistic::None;
    const auto ids = call.call.tensors();
    if (ids[0] == ids[1]) return Statistic::Square;
    for (int k : {0, 1}) {
        const auto& one = operands[static_cast<std::size_t>(k)];
        const auto& other = operands[static_cast<std::size_t>(1 - k)];
        if (one.statistic == Statistic::InverseRms) return Statistic::Normalised;
        if (one.statistic == Statistic::Normalised && !other.parameter.empty()) {
            call.known.normGains.push_back(other.parameter);
            call.known.gainOffsets[other.parameter] = other.offset;
        }
    }
    return Statistic::None;
}

// A factor that is zero with one atom gates the whole product: what is computed for nothing else goes with that atom.
int gateOfProduct(RuleCall& call, const std::vector<Layout>& operands) {
    for (const auto& operand : operands)
        if (operand.zeroWith >= 0) {
            call.known.gates.emplace_back(&call.call, operand.zeroWith);
            return operand.zeroWith;
        }
    return -1;
}

void joint(RuleCall& call, ZeroRule rule) {
    const auto operands = call.allLayouts();
    Layout out = combined(call.known, operands, call.resultShape(), rule, call.call.op);
    if (call.call.op == "aten::mul") {
        out.statistic = statisticOfProduct(call, operands);
        out.zeroWith = gateOfProduct(call, operands);
    }
    call.result(std::move(out));
}

// Sums: a number that is added turns zeros into it. A parameter plus a number is still known as that parameter: the gain of
// norms that multiply by 1 + gain.
void sum(RuleCall& call) {
    const auto operands = call.allLayouts();
    Layout out = combined(call.known, operands, call.resultShape(), ZeroRule::All, call.call.op);
    for (const char* name : {"other", "self"}) {
        const auto* argument = call.call.argument(name);
        if (!argument || !argument->given || !argument->tensors.empty() || argument->number == 0) continue;
        spoil(out, call.call.op);
        if (call.call.op != "aten::add" || operands.size() != 1 || call.has("alpha")) continue;
        out.parameter = operands.front().parameter;
        out.offset = operands.front().offset + argument->number;
    }
    // The epsilon of a norm.
    if (!operands.empty() && operands.front().statistic == Statistic::MeanSquare) out.statistic = Statistic::MeanSquare;
    call.result(std::move(out));
}

void maskedFill(RuleCall& call) {
    const auto* value = call.call.argument("value");
    const bool zero = value && value->tensors.empty() && value->number == 0;
    std::vector<Layout> operands{call.layout("self"), call.layout("mask")};
    call.result(combined(call.known, operands, call.resultShape(), zero ? ZeroRule::First : ZeroRule::Never, call.call.op));
}

void clamp(RuleCall& call) {
    Layout out = call.layout("self");
    forget(out);
    out.statistic = Statistic::None;
    const auto* low = call.call.argument("min");
    const auto* high = call.call.argument("max");
    if ((low && low->number > 0) || (high && high->number < 0)) spoil(out, call.call.op), out.zeroWith = -1;
    call.result(std::move(out));
}

}  // namespace

void addElementwiseRules(RuleTable& table) {
    for (const auto& [op, keepsZero] : kUnary)
        table[op] = {VertexClass::Accessory, [keepsZero = keepsZero](RuleCall& call) { unary(call, keepsZero); }};
    for (const auto& [op, rule] : kJoints)
        table[op] = {VertexClass::Accessory, [rule = rule](RuleCall& call) { joint(call, rule); }};
    for (const char* op : {"aten::add", "aten::sub", "aten::rsub", "aten::subtract"})
        table[op] = {VertexClass::Accessory, sum};
    table["aten::pow"] = {VertexClass::Accessory, power};
    table["aten::masked_fill"] = {VertexClass::Accessory, maskedFill};
    table["aten::clamp"] = {VertexClass::Accessory, clamp};
}

}  // namespace lorashear::trace
