#include "ui/graph/graph_stacks.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace lorashear::ui {

namespace {

/// Where the number of the block in a path begins and ends; npos: it lies in no block.
struct NumberPlace {
    std::size_t begin = std::string::npos, end = 0;
    int number = -1;
};

NumberPlace blockNumberIn(std::string_view scope, std::size_t from = 0) {
    while (from < scope.size()) {
        const std::size_t dot = std::min(scope.find('.', from), scope.size());
        const std::string_view part = scope.substr(from, dot - from);
        int number = -1;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (error == std::errc() && end == part.data() + part.size()) return {from, dot, number};
        from = dot + 1;
    }
    return {};
}

bool readsAdapter(const TraceNode& node, std::string_view which) {
    return std::any_of(node.parameters.begin(), node.parameters.end(),
                       [&](const std::string& name) { return name.find(which) != std::string::npos; });
}

/// An operator without its block's name and place: what blocks are compared by.
std::string signatureOf(const TraceNode& node, const NumberPlace& place) {
    std::string text = node.op + '|' + node.scope.substr(place.end) + '|';
    for (const std::int64_t size : node.shape) text += std::to_string(size) + ',';
    for (const std::string& name : node.parameters) {
        const NumberPlace inside = blockNumberIn(name);
        text += '|' + (inside.begin == std::string::npos ? name : name.substr(inside.end));
    }
    return text + ';';
}

}  // namespace

std::vector<BlockStack> stacksOf(const TraceGraph& graph) {
    struct Block {
        std::string before, signature;
        int number = 0;
    };
    std::vector<Block> blocks;  // in order of execution
    for (const TraceNode& node : graph.nodes) {
        if (node.layer < 0) continue;
        const NumberPlace place = blockNumberIn(node.scope);
        if (place.begin == std::string::npos) continue;
        const std::string before = node.scope.substr(0, place.begin);
        if (blocks.empty() || blocks.back().number != place.number || blocks.back().before != before)
            blocks.push_back({before, {}, place.number});
        blocks.back().signature += signatureOf(node, place);
    }
    std::vector<BlockStack> stacks;
    for (std::size_t i = 0; i < blocks.size();) {
        std::size_t end = i + 1;
        while (end < blocks.size() && blocks[end].before == blocks[i].before &&
               blocks[end].signature == blocks[i].signature && blocks[end].number == blocks[end - 1].number + 1)
            ++end;
        if (end - i > 1) {
            BlockStack stack{{}, blocks[i].before, blocks[i].number, blocks[end - 1].number};
            stack.scope = stack.before + std::to_string(stack.first) + '-' + std::to_string(stack.last);
            stacks.push_back(std::move(stack));
        }
        i = end;
    }
    return stacks;
}

const BlockStack* stackAround(const std::vector<BlockStack>& stacks, const std::string& scope) {
    for (const BlockStack& stack : stacks) {
        if (!scope.starts_with(stack.before)) continue;
        const NumberPlace place = blockNumberIn(scope, stack.before.size());
        if (place.begin == stack.before.size() && place.number >= stack.first && place.number <= stack.last) return &stack;
    }
    return nullptr;
}

bool liesInStack(const std::string& scope, const std::string& stack) {
    const std::size_t dash = stack.rfind('-'), dot = stack.rfind('.');
    if (dash == std::string::npos || dot == std::string::npos || dash < dot) return false;
    BlockStack one{stack, stack.substr(0, dot + 1), 0, 0};
    const auto number = [&](std::size_t from, std::size_t to, int& value) {
        const auto [end, error] = std::from_chars(stack.data() + from, stack.data() + to, value);
        return error == std::errc() && end == stack.data() + to;
    };
    return number(dot + 1, dash, one.first) && number(dash + 1, stack.size(), one.last) && stackAround({one}, scope);
}

std::set<std::string> adaptedScopes(const TraceGraph& graph) {
    std::set<std::string> scopes;
    for (const TraceNode& node : graph.nodes)
        if (readsAdapter(node, ".lora_A.")) scopes.insert(node.scope);
    return scopes;
}

bool hasAdapters(const TraceGraph& graph) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [](const TraceNode& node) { return readsAdapter(node, ".lora_A."); });
}

std::vector<AdapterPart> adapterParts(const TraceGraph& graph) {
    const std::set<std::string> adapted = adaptedScopes(graph);
    std::vector<AdapterPart> parts(graph.nodes.size(), AdapterPart::None);
    for (const TraceNode& node : graph.nodes) {
        AdapterPart& part = parts[std::size_t(node.id)];
        if (readsAdapter(node, ".lora_A.")) part = AdapterPart::Down;
        if (readsAdapter(node, ".lora_B.")) part = AdapterPart::Up;
        if (part != AdapterPart::None || !node.parameters.empty() || !adapted.count(node.scope)) continue;
        const auto from = [&](AdapterPart wanted) {
            return std::any_of(node.inputs.begin(), node.inputs.end(), [&](int input) {
                return input >= 0 && input < node.id && parts[std::size_t(input)] == wanted;
            });
        };
        const bool below = from(AdapterPart::Up) || from(AdapterPart::Scale);
        if (below) part = node.inputs.size() > 1 ? AdapterPart::Merge : AdapterPart::Scale;
    }
    return parts;
}

}  // namespace lorashear::ui
