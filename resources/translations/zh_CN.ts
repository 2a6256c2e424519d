<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>lorashear</name>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Parameters per token</source>
        <translation>每词元参数</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Work per token</source>
        <translation>每词元计算量</translation>
    </message>
    <message>
        <source>KV cache per token</source>
        <translation>每词元 KV 缓存</translation>
    </message>
    <message>
        <source>Prefill speed</source>
        <translation>预填充速度</translation>
    </message>
    <message>
        <source>Decode speed</source>
        <translation>解码速度</translation>
    </message>
    <message>
        <source>KL from the original, mean</source>
        <translation>与原模型的 KL，均值</translation>
    </message>
    <message>
        <source>Same likeliest token</source>
        <translation>首选词元相同</translation>
    </message>
    <message>
        <source>× %1</source>
        <translation>× %1</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>The original was not measured beside it.</source>
        <translation>原模型没有同时测量。</translation>
    </message>
    <message>
        <source>× %1 (%2 to %3)</source>
        <translation>× %1（%2 至 %3）</translation>
    </message>
    <message>
        <source>In brackets the 95 % interval of the paired difference over %1 windows that both were measured on.</source>
        <translation>括号内是在两者都测过的 %1 个窗口上，成对差值的 95 % 区间。</translation>
    </message>
    <message>
        <source>No interval: the losses of single windows were not kept, or do not pair.</source>
        <translation>没有区间：单个窗口的损失没有保留，或无法配对。</translation>
    </message>
    <message>
        <source>%1 of the original is kept.</source>
        <translation>保留原模型的 %1。</translation>
    </message>
    <message>
        <source>%1 tokens predicted</source>
        <translation>已预测 %1 个词元</translation>
    </message>
    <message>
        <source>Perplexity, %1</source>
        <translation>困惑度，%1</translation>
    </message>
    <message>
        <source>The original itself.</source>
        <translation>原模型本身。</translation>
    </message>
    <message>
        <source>Not measured: it %1.</source>
        <translation>未测量：%1。</translation>
    </message>
    <message>
        <source>"Measure KL" measures it.</source>
        <translation>“测量 KL”会测量它。</translation>
    </message>
    <message>
        <source>Measured otherwise, in another row.</source>
        <translation>测量方式不同，见另一行。</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>测量项</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>%1: spread</source>
        <translation>%1：离散度</translation>
    </message>
    <message>
        <source>%1: times the original's</source>
        <translation>%1：原模型的倍数</translation>
    </message>
    <message>
        <source>%1: 95 % from</source>
        <translation>%1：95 % 下限</translation>
    </message>
    <message>
        <source>%1: 95 % to</source>
        <translation>%1：95 % 上限</translation>
    </message>
    <message>
        <source>the training while pruning</source>
        <translation>剪枝时的训练</translation>
    </message>
    <message>
        <source>the analysis</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>the recovery</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>the final evaluation</source>
        <translation>最终评估</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1和%2</translation>
    </message>
    <message>
        <source>%1 is not there any more: %2</source>
        <translation>%1 已不存在：%2</translation>
    </message>
    <message>
        <source>%1 serves %2 and the final evaluation: the result will look better than it is. Choose another text for one of them.</source>
        <translation>%1 同时用于%2和最终评估：结果会显得比实际更好。请为其中之一另选文本。</translation>
    </message>
    <message>
        <source>The bundled TinyStories texts (%1) are children's stories for the bundled model. Choose texts like those that this model is meant for.</source>
        <translation>自带的 TinyStories 文本（%1）是为自带模型准备的儿童故事。请选择与此模型用途相近的文本。</translation>
    </message>
    <message>
        <source>The bundled sample texts (%1) are small, to try things out. Choose texts of your own for a result that counts.</source>
        <translation>自带的示例文本（%1）很小，仅供试用。要得到有意义的结果，请选择自己的文本。</translation>
    </message>
    <message>
        <source>Name a file.</source>
        <translation>请指定一个文件。</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>没有文件 %1。</translation>
    </message>
    <message>
        <source>%1 is a folder; a file is needed here.</source>
        <translation>%1 是文件夹；这里需要文件。</translation>
    </message>
    <message>
        <source>%1 may not be read.</source>
        <translation>没有读取 %1 的权限。</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 是空的。</translation>
    </message>
    <message>
        <source>zero-shot tasks</source>
        <translation>零样本任务</translation>
    </message>
    <message>
        <source>No text is named to train on while pruning.</source>
        <translation>没有指定剪枝时用于训练的文本。</translation>
    </message>
    <message>
        <source>The recovery has no phase, so it trains on nothing.</source>
        <translation>恢复没有任何阶段，因此不会训练。</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>没有文件夹 %1。</translation>
    </message>
    <message>
        <source>%1 is a file; the folder of the task files is needed here.</source>
        <translation>%1 是文件；这里需要任务文件所在的文件夹。</translation>
    </message>
    <message>
        <source>%1 holds no task file (piqa.jsonl, hellaswag.jsonl …).</source>
        <translation>%1 中没有任务文件（piqa.jsonl、hellaswag.jsonl …）。</translation>
    </message>
    <message>
        <source>Stock programs do not open it: %1. Snap the plan and run again, or pad it.</source>
        <translation>通用程序打不开它：%1。请对齐方案后重新运行，或用零填充。</translation>
    </message>
    <message>
        <source>Our modelling file does not help either: %1.</source>
        <translation>我们的建模文件也无济于事：%1。</translation>
    </message>
    <message>
        <source>Layers have different numbers of experts, and an expert of zeros would still be chosen.</source>
        <translation>各层的专家数不同，而全零的专家仍会被选中。</translation>
    </message>
    <message>
        <source>Layers have different numbers of query heads for each key/value head, which zeros do not make equal.</source>
        <translation>各层中每个键/值头的查询头数不同，填零无法使其一致。</translation>
    </message>
    <message>
        <source>Experts were removed, and the router would choose an expert of zeros.</source>
        <translation>已移除专家，路由器会选中全零的专家。</translation>
    </message>
    <message>
        <source>Linears were factored, and zeros do not bring the whole ones back.</source>
        <translation>线性层已被分解，填零无法还原完整的线性层。</translation>
    </message>
    <message>
        <source>Tokens were removed: one of zeros would have a logit of 0, not none.</source>
        <translation>词元已被移除：填零的词元会得到 0 的 logit，而不是没有 logit。</translation>
    </message>
    <message>
        <source>llama.cpp does not compute factored linears. Write it as merged first, and make the GGUF file of that.</source>
        <translation>llama.cpp 不能计算分解后的线性层。请先写成合并形式，再由它生成 GGUF 文件。</translation>
    </message>
    <message>
        <source>llama.cpp does not compute models like this: %1.</source>
        <translation>llama.cpp 不能计算这样的模型：%1。</translation>
    </message>
    <message>
        <source>this program</source>
        <translation>本程序</translation>
    </message>
    <message>
        <source>– not written</source>
        <translation>– 未写出</translation>
    </message>
    <message>
        <source>✓ verified</source>
        <translation>✓ 已验证</translation>
    </message>
    <message>
        <source>✗ failed</source>
        <translation>✗ 失败</translation>
    </message>
    <message>
        <source>✗ refused</source>
        <translation>✗ 被拒绝</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>What the run started from: %1</source>
        <translation>运行的起点：%1</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>Right after pruning, before any recovery</source>
        <translation>刚剪枝完，尚未恢复</translation>
    </message>
    <message>
        <source>Recovered</source>
        <translation>恢复后</translation>
    </message>
    <message>
        <source>The result of the run shown</source>
        <translation>当前所示运行的结果</translation>
    </message>
    <message>
        <source>Original, same training</source>
        <translation>原模型，同等训练</translation>
    </message>
    <message>
        <source>The original with nothing removed, trained by this run as long as its own model</source>
        <translation>未移除任何部分的原模型，由本次运行训练，训练量与运行自身的模型相同</translation>
    </message>
    <message>
        <source>%1 tokens of training</source>
        <translation>训练 %1 个词元</translation>
    </message>
    <message>
        <source>how much it trained is not in its log</source>
        <translation>日志中没有记录训练量</translation>
    </message>
    <message>
        <source>Original, trained</source>
        <translation>原模型，经训练</translation>
    </message>
    <message>
        <source>The original with nothing removed, trained</source>
        <translation>未移除任何部分、经过训练的原模型</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>not the same training as the run shown: %1 against %2</source>
        <translation>与所示运行的训练量不同：%1 对 %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>lock %1</source>
        <translation>锁定 %1</translation>
    </message>
    <message>
        <source>≈ %1 parameters, %2</source>
        <translation>≈ %1 个参数，%2</translation>
    </message>
    <message>
        <source>%1; perplexity %2</source>
        <translation>%1；困惑度 %2</translation>
    </message>
    <message>
        <source>With a padlock here the ratio could not be met.</source>
        <translation>若在此上锁，将无法达到该比例。</translation>
    </message>
    <message>
        <source>The padlock holds back %1; an analysis tells what that costs.</source>
        <translation>此锁保留了 %1；做一次分析即可知道其代价。</translation>
    </message>
    <message>
        <source>The padlock holds back %1; perplexity at this ratio without and with it: %2.</source>
        <translation>此锁保留了 %1；在该比例下无锁与有锁的困惑度：%2。</translation>
    </message>
    <message>
        <source>A padlock would hold back %1.</source>
        <translation>上锁会保留 %1。</translation>
    </message>
    <message>
        <source>A padlock would hold back %1; perplexity at this ratio without and with it: %2.</source>
        <translation>上锁会保留 %1；在该比例下无锁与有锁的困惑度：%2。</translation>
    </message>
    <message>
        <source>closest would be unequal counts in the blocks, with %1</source>
        <translation>最接近的办法是各块数量不同，可移除 %1</translation>
    </message>
    <message>
        <source>closest would be steps of one for the %1, with %2</source>
        <translation>最接近的办法是%1以 1 为步长，可移除 %2</translation>
    </message>
    <message>
        <source>closest would be to let %1 go too, with %2</source>
        <translation>最接近的办法是也允许移除%1，可移除 %2</translation>
    </message>
    <message>
        <source>no other step or unit comes closer than %1</source>
        <translation>换用其他步长或单元也不会比 %1 更接近</translation>
    </message>
    <message>
        <source>%1 goes, not the %2 asked for: the steps of what takes part allow nothing closer; %3.</source>
        <translation>移除 %1，而不是要求的 %2：参与单元的步长不允许更接近；%3。</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <translation>%3 的 %1 个%2</translation>
    </message>
    <message>
        <source> (and back: %1)</source>
        <translation> （并恢复：%1）</translation>
    </message>
    <message>
        <source>%1 and of %2 more node groups</source>
        <translation>%1，以及另外 %2 个节点组中的部分</translation>
    </message>
    <message>
        <source>Nothing more can go within these limits.</source>
        <translation>在这些限制内不能再移除了。</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>groups that go</source>
        <translation>移除的组</translation>
    </message>
    <message>
        <source>bytes of the export</source>
        <translation>导出的字节数</translation>
    </message>
    <message>
        <source>FLOPs a token</source>
        <translation>每词元 FLOPs</translation>
    </message>
    <message>
        <source>FLOPs</source>
        <translation>FLOPs</translation>
    </message>
    <message>
        <source>milliseconds a token</source>
        <translation>每词元毫秒数</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>%1%2 nats per token</source>
        <translation>%1%2 nat/词元</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>is open in another window: %1</source>
        <translation>已在另一个窗口中打开：%1</translation>
    </message>
    <message>
        <source>Close it there, or copy the folder.</source>
        <translation>请在那里关闭它，或复制该文件夹。</translation>
    </message>
    <message>
        <source>is there already, and is no project</source>
        <translation>已存在，且不是项目</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请另选名称。</translation>
    </message>
    <message>
        <source>cannot be made</source>
        <translation>无法创建</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>请选择可以写入的文件夹。</translation>
    </message>
    <message>
        <source>Restore the work of %1?</source>
        <translation>恢复 %1 的工作？</translation>
    </message>
    <message>
        <source>Project %1.</source>
        <translation>项目 %1。</translation>
    </message>
    <message>
        <source>Model %1.</source>
        <translation>模型 %1。</translation>
    </message>
    <message>
        <source>The project was not saved since.</source>
        <translation>此后项目未再保存。</translation>
    </message>
    <message>
        <source>One edit that was in no file: %1.</source>
        <translation>一处未存入任何文件的编辑：%1。</translation>
    </message>
    <message>
        <source>%1 edits that were in no file, the last one: %2.</source>
        <translation>%1 处未存入任何文件的编辑，最后一处：%2。</translation>
    </message>
    <message>
        <source>Run %1 was shown.</source>
        <translation>当时显示的是运行 %1。</translation>
    </message>
    <message>
        <source>protect the top %1</source>
        <translation>保护前 %1</translation>
    </message>
    <message>
        <source>%1 %2 → %3</source>
        <translation>%1 %2 → %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>phase %1</source>
        <translation>阶段 %1</translation>
    </message>
    <message>
        <source>%1, before its first step</source>
        <translation>%1，第一步之前</translation>
    </message>
    <message>
        <source>%1, after round %2</source>
        <translation>%1，第 %2 轮之后</translation>
    </message>
    <message>
        <source>%1:</source>
        <translation>%1：</translation>
    </message>
    <message>
        <source>%1 has perplexity %2, the original %3 (%4)</source>
        <translation>%1 的困惑度为 %2，原模型为 %3（%4）</translation>
    </message>
    <message>
        <source>, %1 of the mix from here</source>
        <translation>，此后占配比的 %1</translation>
    </message>
    <message>
        <source>a process that does not say its name</source>
        <translation>未说明名称的进程</translation>
    </message>
    <message>
        <source>%1, process %2</source>
        <translation>%1，进程 %2</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>某个程序</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1，位于 %2</translation>
    </message>
    <message>
        <source>%1 groups chosen</source>
        <translation>选定 %1 个组</translation>
    </message>
    <message>
        <source>%1 groups at zero</source>
        <translation>%1 个组为零</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>the loss is not a number</source>
        <translation>损失不是数值</translation>
    </message>
    <message>
        <source>Step %1: the loss is not a finite number</source>
        <translation>第 %1 步：损失不是有限数值</translation>
    </message>
    <message>
        <source>Period %1: %2 groups chosen to go</source>
        <translation>周期 %1：选定移除 %2 个组</translation>
    </message>
    <message>
        <source>%1 groups are exactly zero</source>
        <translation>%1 个组已恰好为零</translation>
    </message>
    <message>
        <source>Perplexity of %1 (%2): %3</source>
        <translation>%1 的困惑度（%2）：%3</translation>
    </message>
    <message>
        <source>; on the same windows %1 ± %2 nats a token above the original</source>
        <translation>；在相同窗口上比原模型高 %1 ± %2 nat/词元</translation>
    </message>
    <message>
        <source>Checkpoint saved at step %1</source>
        <translation>检查点已保存于第 %1 步</translation>
    </message>
    <message>
        <source>Certificate passed: %1</source>
        <translation>证书验证通过：%1</translation>
    </message>
    <message>
        <source>Certificate failed: %1</source>
        <translation>证书验证未通过：%1</translation>
    </message>
    <message>
        <source>Certificate failed: %1 (%2)</source>
        <translation>证书验证未通过：%1（%2）</translation>
    </message>
    <message>
        <source>equal counts in every block</source>
        <translation>每块数量相同</translation>
    </message>
    <message>
        <source>free counts</source>
        <translation>数量不限</translation>
    </message>
    <message>
        <source>respects the analysis</source>
        <translation>遵从分析</translation>
    </message>
    <message>
        <source>without the analysis</source>
        <translation>不用分析</translation>
    </message>
    <message>
        <source>LoRA rank %1</source>
        <translation>LoRA 秩 %1</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>种子 %1</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>另有 %1 项</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>step %1: %2</source>
        <translation>第 %1 步：%2</translation>
    </message>
    <message>
        <source>✓ complete</source>
        <translation>✓ 完成</translation>
    </message>
    <message>
        <source>○ running</source>
        <translation>○ 运行中</translation>
    </message>
    <message>
        <source>‖ interrupted</source>
        <translation>‖ 中断</translation>
    </message>
    <message>
        <source>‖ cancelled</source>
        <translation>‖ 已取消</translation>
    </message>
    <message>
        <source>✗ cannot be read</source>
        <translation>✗ 无法读取</translation>
    </message>
    <message>
        <source>length of %1</source>
        <translation>%1 的长度</translation>
    </message>
    <message>
        <source>protect %1</source>
        <translation>保护 %1</translation>
    </message>
    <message>
        <source>allow %1</source>
        <translation>允许 %1</translation>
    </message>
    <message>
        <source>leave %1 to the analysis</source>
        <translation>%1 由分析决定</translation>
    </message>
    <message>
        <source>Measuring KL</source>
        <translation>正在测量 KL</translation>
    </message>
    <message>
        <source>Writing texts</source>
        <translation>正在生成文本</translation>
    </message>
    <message>
        <source>Explaining a token</source>
        <translation>正在解释词元</translation>
    </message>
    <message>
        <source>kept whole because you protect it</source>
        <translation>因您保护而整体保留</translation>
    </message>
    <message>
        <source>may be pruned because you allow it</source>
        <translation>因您允许而可以剪枝</translation>
    </message>
    <message>
        <source>may be pruned</source>
        <translation>可以剪枝</translation>
    </message>
    <message>
        <source>kept whole: %1</source>
        <translation>整体保留：%1</translation>
    </message>
    <message>
        <source>among the %1 that tell most, but a plan with equal counts takes from every block</source>
        <translation>属于影响最大的 %1，但数量相同的方案会从每一块中移除</translation>
    </message>
    <message>
        <source>among the %1 that tell most, but this plan does not respect the analysis</source>
        <translation>属于影响最大的 %1，但此方案不遵从分析</translation>
    </message>
    <message>
        <source>kept whole: among the %1 that tell most</source>
        <translation>整体保留：属于影响最大的 %1</translation>
    </message>
    <message>
        <source>Before: the same with other marks of the analysis.</source>
        <translation>此前：相同，但分析的标记不同。</translation>
    </message>
    <message>
        <source>Before: what %1 took first then.</source>
        <translation>此前：当时 %1 首先移除的组。</translation>
    </message>
    <message>
        <source>Before: by %1, stale.</source>
        <translation>此前：按 %1，已过时。</translation>
    </message>
    <message>
        <source>Before: an estimate by %1.</source>
        <translation>此前：按 %1 的估计。</translation>
    </message>
    <message>
        <source>Before: even shares.</source>
        <translation>此前：均等份额。</translation>
    </message>
    <message>
        <source>You protect it.</source>
        <translation>您保护了它。</translation>
    </message>
    <message>
        <source>%1 goes with the block, sub-layer or expert that it belongs to.</source>
        <translation>%1 随其所属的块、子层或专家一起移除。</translation>
    </message>
    <message>
        <source>%1 keeps all %2. %3</source>
        <translation>%1 保留全部 %2。%3</translation>
    </message>
    <message>
        <source>%1: %2 of %3 %4 go, each %5 parameters.</source>
        <translation>%1：%3 个%4中移除 %2 个，每个 %5 个参数。</translation>
    </message>
    <message>
        <source>Measured: these are the groups that %1 takes first from the model as it is.</source>
        <translation>实测：这些是 %1 会从当前模型中最先移除的组。</translation>
    </message>
    <message>
        <source>Stale: measured for other settings than today's.</source>
        <translation>已过时：是在与现在不同的设置下测得的。</translation>
    </message>
    <message>
        <source>Estimate: ranked by %1 alone, not by the method.</source>
        <translation>估计：仅按 %1 排序，而非按方法本身。</translation>
    </message>
    <message>
        <source>Estimate: even shares of every block, nothing is ranked yet.</source>
        <translation>估计：各块份额均等，尚未排序。</translation>
    </message>
    <message>
        <source>The run measures again while it trains and decides.</source>
        <translation>运行会在训练中重新测量再作决定。</translation>
    </message>
    <message>
        <source>Behind the plan's counts: what the run shown kept.</source>
        <translation>方案数量之后：所示运行保留的数量。</translation>
    </message>
    <message>
        <source>The counts moved without an edit.</source>
        <translation>数量在没有编辑的情况下变了。</translation>
    </message>
    <message>
        <source>it keeps equal counts in every block</source>
        <translation>它在每块中保留相同数量</translation>
    </message>
    <message>
        <source>it does not respect the analysis</source>
        <translation>它不遵从分析</translation>
    </message>
    <message>
        <source>The analysis marks %1 as most telling, and this plan takes %2 of it, because %3.</source>
        <translation>分析将 %1 标记为最关键，而此方案移除它的 %2，因为%3。</translation>
    </message>
    <message>
        <source>Of %1 node groups that the analysis marks as most telling this plan takes from %2 (most from %3: %4), because %5.</source>
        <translation>分析标为影响最大的 %1 个节点组中，此方案从 %2 个中移除（%3 最多：%4），因为%5。</translation>
    </message>
    <message>
        <source>masking adds %1 ± %2 nats per token</source>
        <translation>掩蔽后每词元增加 %1 ± %2 nat</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>, its place settled after %1 of %2 windows</source>
        <translation>，其名次在 %2 个窗口中的 %1 个之后已确定</translation>
    </message>
    <message>
        <source>not prunable. %1</source>
        <translation>不可剪枝。%1</translation>
    </message>
    <message>
        <source>Please report this.</source>
        <translation>请报告此问题。</translation>
    </message>
    <message>
        <source>The engine is busy.</source>
        <translation>引擎正忙。</translation>
    </message>
    <message>
        <source>Wait until it is done, or cancel it on the Run page.</source>
        <translation>请等它完成，或在“运行”页取消。</translation>
    </message>
    <message>
        <source>Nothing starts while a field is wrong. Mend it, or press Escape in it to take back what it was.</source>
        <translation>有字段有误时不会开始任何操作。请改正，或在其中按 Esc 还原。</translation>
    </message>
    <message>
        <source>A run's log is being read.</source>
        <translation>正在读取某次运行的日志。</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开模型。</translation>
    </message>
    <message>
        <source>No plan: %1.</source>
        <translation>没有方案：%1。</translation>
    </message>
    <message>
        <source>There is no plan yet.</source>
        <translation>还没有方案。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>quick analysis</source>
        <translation>快速分析</translation>
    </message>
    <message>
        <source>settled analysis</source>
        <translation>定序分析</translation>
    </message>
    <message>
        <source>full analysis</source>
        <translation>完整分析</translation>
    </message>
    <message>
        <source>knowledge analysis</source>
        <translation>知识分析</translation>
    </message>
    <message>
        <source>starting a run</source>
        <translation>开始运行</translation>
    </message>
    <message>
        <source>What is in the way is on the Plan page.</source>
        <translation>障碍列在“方案”页。</translation>
    </message>
    <message>
        <source>%1 goes on with this run already.</source>
        <translation>%1 已在继续这次运行。</translation>
    </message>
    <message>
        <source>branching</source>
        <translation>建立分支</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>trying groups</source>
        <translation>试验组</translation>
    </message>
    <message>
        <source>The groups could not be ranked: %1</source>
        <translation>无法对组排序：%1</translation>
    </message>
    <message>
        <source>writing text</source>
        <translation>生成文本</translation>
    </message>
    <message>
        <source>None of these models is on the disk.</source>
        <translation>这些模型都不在磁盘上。</translation>
    </message>
    <message>
        <source>Choose a column whose run kept its result.</source>
        <translation>请选择其运行保留了结果的列。</translation>
    </message>
    <message>
        <source>measuring KL</source>
        <translation>测量 KL</translation>
    </message>
    <message>
        <source>There is no model to hold against the original.</source>
        <translation>没有可与原模型对比的模型。</translation>
    </message>
    <message>
        <source>explaining a token</source>
        <translation>解释词元</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>配方 (*.json)</translation>
    </message>
    <message>
        <source>There is no such file or folder.</source>
        <translation>没有这样的文件或文件夹。</translation>
    </message>
    <message>
        <source>Check the spelling of the path, and whether the disk that it lies on is there.</source>
        <translation>请检查路径的拼写，以及它所在的磁盘是否存在。</translation>
    </message>
    <message>
        <source>This is neither a model, nor a run, nor a recipe, nor a project.</source>
        <translation>这既不是模型，也不是运行、配方或项目。</translation>
    </message>
    <message>
        <source>A model is a Hugging Face folder with config.json and model.safetensors or a .gguf file, a run is a folder with events.jsonl, a recipe is a .json file, a project a folder with project.json.</source>
        <translation>模型是含 config.json 和 model.safetensors 的 Hugging Face 文件夹或 .gguf 文件，运行是含 events.jsonl 的文件夹，配方是 .json 文件，项目是含 project.json 的文件夹。</translation>
    </message>
    <message>
        <source>opening %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>load %1</source>
        <translation>载入 %1</translation>
    </message>
    <message>
        <source>the recipe of %1</source>
        <translation>%1 的配方</translation>
    </message>
    <message>
        <source>is a run's own record, by which it is resumed</source>
        <translation>是运行自身的记录，续跑要用到它</translation>
    </message>
    <message>
        <source>Save the recipe under another name.</source>
        <translation>请用另一个名称保存配方。</translation>
    </message>
    <message>
        <source>Recipe saved to %1</source>
        <translation>配方已保存到 %1</translation>
    </message>
    <message>
        <source>There is no run to report.</source>
        <translation>没有可报告的运行。</translation>
    </message>
    <message>
        <source>saving a report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Start a run, or open one.</source>
        <translation>请开始一次运行，或打开一次运行。</translation>
    </message>
    <message>
        <source>Save a report of %1</source>
        <translation>保存 %1 的报告</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Another report is being written.</source>
        <translation>正在写另一份报告。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后再试。</translation>
    </message>
    <message>
        <source>Report saved to %1</source>
        <translation>报告已保存到 %1</translation>
    </message>
    <message>
        <source>copying the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>&lt;the recipe as it is now, written when this is copied&gt;</source>
        <translation>&lt;当前的配方，复制时写出&gt;</translation>
    </message>
    <message>
        <source>&lt;new folder&gt;</source>
        <translation>&lt;新文件夹&gt;</translation>
    </message>
    <message>
        <source>Open a model, a run, a recipe or a project</source>
        <translation>打开模型、运行、配方或项目</translation>
    </message>
    <message>
        <source>Models, runs, recipes and projects (*.gguf *.safetensors *.json *.jsonl);;All files (*)</source>
        <translation>模型、运行、配方和项目 (*.gguf *.safetensors *.json *.jsonl);;所有文件 (*)</translation>
    </message>
    <message>
        <source>The recipe was changed and is in no file.</source>
        <translation>配方已更改，且未存入任何文件。</translation>
    </message>
    <message>
        <source>Last edit: %1.</source>
        <translation>最后的编辑：%1。</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>保存配方</translation>
    </message>
    <message>
        <source>This project is open already.</source>
        <translation>此项目已经打开。</translation>
    </message>
    <message>
        <source>the work of %1</source>
        <translation>%1 的工作</translation>
    </message>
    <message>
        <source>The work of %1 is back, %2 edits that were not saved; Undo takes it back.</source>
        <translation>%1 的工作已恢复，含 %2 处未保存的编辑；“撤销”可撤回。</translation>
    </message>
    <message>
        <source>The work of %1 is back; Undo takes it back.</source>
        <translation>%1 的工作已恢复；“撤销”可撤回。</translation>
    </message>
    <message>
        <source>%1 cannot be written: it stays as it is, what you change is kept apart.</source>
        <translation>%1 无法写入：它保持原样，您的更改另行保存。</translation>
    </message>
    <message>
        <source>saving the project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>Saved as project %1; changes are kept as they are made.</source>
        <translation>已保存为项目 %1；更改会随时保存。</translation>
    </message>
    <message>
        <source>restoring</source>
        <translation>恢复工作</translation>
    </message>
    <message>
        <source>time left not known yet</source>
        <translation>剩余时间未知</translation>
    </message>
    <message>
        <source>%1 to %2 left</source>
        <translation>还需 %1 至 %2</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>还需约 %1</translation>
    </message>
    <message>
        <source>This plan cuts units at once before anything is trained; only what fades can be tried with masks.</source>
        <translation>此方案在训练前就一次切除一些单元；只有逐渐衰减的部分可以用掩蔽试验。</translation>
    </message>
    <message>
        <source>Nothing is ranked yet: rank the groups, or analyse the knowledge.</source>
        <translation>尚未排序：请对组排序，或分析知识。</translation>
    </message>
    <message>
        <source>it failed</source>
        <translation>它失败了</translation>
    </message>
    <message>
        <source>Choose a smaller size, fewer dots per inch, or SVG or PDF.</source>
        <translation>请选择较小的尺寸、较低的分辨率，或 SVG、PDF。</translation>
    </message>
    <message>
        <source>a picture of %1 by %2 pixels is too large; a side has at most %3</source>
        <translation>%1 × %2 像素的图片太大；每边最多 %3</translation>
    </message>
    <message>
        <source>memory lacks for a picture so large</source>
        <translation>内存不足以生成这么大的图片</translation>
    </message>
    <message>
        <source>the picture cannot be made</source>
        <translation>无法生成图片</translation>
    </message>
    <message>
        <source>Show as &amp;table…</source>
        <translation>以表格显示(&amp;T)…</translation>
    </message>
    <message>
        <source>Copy figure data as CS&amp;V</source>
        <translation>将图的数据复制为 CSV(&amp;V)</translation>
    </message>
    <message>
        <source>Copy as a &amp;picture</source>
        <translation>复制为图片(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Save figure…</source>
        <translation>保存图(&amp;S)…</translation>
    </message>
    <message>
        <source>%1 as a table</source>
        <translation>%1（表格）</translation>
    </message>
    <message>
        <source>Summary of the figure</source>
        <translation>图的摘要</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>重新读取(&amp;R)</translation>
    </message>
    <message>
        <source>The numbers as the figure has them now</source>
        <translation>图中当前的数值</translation>
    </message>
    <message>
        <source>&amp;Copy as CSV</source>
        <translation>复制为 CSV(&amp;C)</translation>
    </message>
    <message>
        <source>All rows with plain numbers, for a spreadsheet</source>
        <translation>所有行，纯数值，供电子表格使用</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Closes this table (Escape)</source>
        <translation>关闭此表格（Esc）</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> 毫米</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>保存 %1</translation>
    </message>
    <message>
        <source>Save all figures</source>
        <translation>保存所有图</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Width in millimetres</source>
        <translation>宽度（毫米）</translation>
    </message>
    <message>
        <source>Height in millimetres</source>
        <translation>高度（毫米）</translation>
    </message>
    <message>
        <source>Dots per inch</source>
        <translation>每英寸点数</translation>
    </message>
    <message>
        <source>&amp;Black on white, for paper</source>
        <translation>白底黑字，用于纸面(&amp;B)</translation>
    </message>
    <message>
        <source>Black on white, for paper</source>
        <translation>白底黑字，用于纸面</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Figures to save</source>
        <translation>要保存的图</translation>
    </message>
    <message>
        <source>&amp;Figures that show something now</source>
        <translation>当前有内容的图(&amp;F)</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>格式(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>宽度(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Height</source>
        <translation>高度(&amp;H)</translation>
    </message>
    <message>
        <source> dots per inch</source>
        <translation> 点/英寸</translation>
    </message>
    <message>
        <source>Of formats made of pixels</source>
        <translation>用于由像素构成的格式</translation>
    </message>
    <message>
        <source>&amp;Resolution</source>
        <translation>分辨率(&amp;R)</translation>
    </message>
    <message>
        <source>Otherwise in the window's own colours</source>
        <translation>否则使用窗口自身的颜色</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>选择(&amp;C)…</translation>
    </message>
    <message>
        <source>Chooses the folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Chooses the file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>&amp;Into folder</source>
        <translation>存入文件夹(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Into file</source>
        <translation>存入文件(&amp;I)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Writes nothing (Escape)</source>
        <translation>不写任何内容（Esc）</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Writes what is named above (Enter)</source>
        <translation>写出上面列出的内容（Enter）</translation>
    </message>
    <message>
        <source>No figure shows anything yet: open a model first.</source>
        <translation>还没有任何图有内容：请先打开模型。</translation>
    </message>
    <message>
        <source>Say where to.</source>
        <translation>请指明存到哪里。</translation>
    </message>
    <message>
        <source>Tick at least one figure.</source>
        <translation>请至少勾选一个图。</translation>
    </message>
    <message>
        <source>%1 is there and will be replaced.</source>
        <translation>%1 已存在，将被替换。</translation>
    </message>
    <message>
        <source>Writes %1.</source>
        <translation>将写出 %1。</translation>
    </message>
    <message>
        <source>Writes %1 files; %2 are there and will be replaced.</source>
        <translation>将写出 %1 个文件；其中 %2 个已存在，将被替换。</translation>
    </message>
    <message>
        <source>Writes %1 files.</source>
        <translation>将写出 %1 个文件。</translation>
    </message>
    <message>
        <source>this folder cannot be made</source>
        <translation>无法创建此文件夹</translation>
    </message>
    <message>
        <source>Choose a place that you may write to.</source>
        <translation>请选择可以写入的位置。</translation>
    </message>
    <message>
        <source>removed: the dashed outline is where it was</source>
        <translation>已移除：虚线框是它原来的位置</translation>
    </message>
    <message>
        <source>%1 of it left: the dashed outline is what it was</source>
        <translation>剩余 %1：虚线框是它原来的大小</translation>
    </message>
    <message>
        <source>Overview of the graph</source>
        <translation>计算图总览</translation>
    </message>
    <message>
        <source>All of it in small; the frame is what is in sight and can be dragged</source>
        <translation>缩小的全图；方框是当前可见部分，可以拖动</translation>
    </message>
    <message>
        <source>Traced graph</source>
        <translation>追踪图</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>方框</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>它是什么</translation>
    </message>
    <message>
        <source>Operators</source>
        <translation>算子</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>叠加显示</translation>
    </message>
    <message>
        <source>Leads to boxes</source>
        <translation>通向的方框</translation>
    </message>
    <message numerus="yes">
        <source>%n box(es); use the arrow keys to walk, Enter to open, Backspace to close</source>
        <translation><numerusform>%n 个方框；用方向键移动，Enter 打开，Backspace 关闭</numerusform></translation>
    </message>
    <message>
        <source>stem: owns parameters and sets the dimension</source>
        <translation>主干：拥有参数并决定维度</translation>
    </message>
    <message>
        <source>joint: merges its inputs</source>
        <translation>汇合：合并其输入</translation>
    </message>
    <message>
        <source>accessory: keeps the dimension</source>
        <translation>附属：保持维度</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>%1 + j</source>
        <translation>%1 + j</translation>
    </message>
    <message>
        <source>%1 + %2·j, %3 long</source>
        <translation>%1 + %2·j，长 %3</translation>
    </message>
    <message>
        <source>Node group</source>
        <translation>节点组</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Each</source>
        <translation>每个</translation>
    </message>
    <message>
        <source>%1 parameters saved by one group</source>
        <translation>移除一组可省 %1 个参数</translation>
    </message>
    <message>
        <source>Prunable</source>
        <translation>可剪枝</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>切除</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>primary: becomes zero while training</source>
        <translation>主要：训练中变为零</translation>
    </message>
    <message>
        <source>secondary: follows when the model is made compact</source>
        <translation>次要：生成紧凑模型时随之移除</translation>
    </message>
    <message>
        <source>Group j at</source>
        <translation>组 j 位于</translation>
    </message>
    <message>
        <source>Node groups</source>
        <translation>节点组</translation>
    </message>
    <message>
        <source>Groups that training can fade</source>
        <translation>训练可以使其衰减的组</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>份额</translation>
    </message>
    <message>
        <source>Of all parameters; what two kinds share counts for both</source>
        <translation>占全部参数的比例；两类共有的部分各计一次</translation>
    </message>
    <message>
        <source>Tensors of the selection</source>
        <translation>所选部分的张量</translation>
    </message>
    <message>
        <source>Node groups of the selection</source>
        <translation>所选部分的节点组</translation>
    </message>
    <message>
        <source>Slices cut together</source>
        <translation>一起切除的切片</translation>
    </message>
    <message>
        <source>What the model is made of</source>
        <translation>模型的构成</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Cut together in</source>
        <translation>一起切除于</translation>
    </message>
    <message>
        <source>Slices of the chosen node group</source>
        <translation>所选节点组的切片</translation>
    </message>
    <message>
        <source>What can be made smaller</source>
        <translation>可以缩小的部分</translation>
    </message>
    <message>
        <source>The whole model</source>
        <translation>整个模型</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>%1 parameters in %2 tensors, %3 operators. Click a box, or walk with the arrow keys; Enter opens a block, Backspace closes it.</source>
        <translation>%1 个参数，%2 个张量，%3 个算子。点击方框或用方向键移动；回车打开块，退格键收起。</translation>
    </message>
    <message>
        <source>%1, output %2, %3</source>
        <translation>%1，输出 %2，%3</translation>
    </message>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation><numerusform>%n 个算子</numerusform></translation>
    </message>
    <message>
        <source>No node group cuts this.</source>
        <translation>没有节点组切除它。</translation>
    </message>
    <message>
        <source>Not prunable: %1</source>
        <translation>不可剪枝：%1</translation>
    </message>
    <message>
        <source>Rows and columns of one group in every tensor</source>
        <translation>一个组在各张量中的行和列</translation>
    </message>
    <message>
        <source>rows %1 of %2</source>
        <translation>%2 的第 %1 行</translation>
    </message>
    <message>
        <source>columns %1 of %2</source>
        <translation>%2 的第 %1 列</translation>
    </message>
    <message>
        <source>Group %1 of %2: %3</source>
        <translation>组 %1（共 %2 组）：%3</translation>
    </message>
    <message>
        <source>1 group goes: hatched</source>
        <translation>1 个组将移除：阴影</translation>
    </message>
    <message>
        <source>%1 groups go: hatched</source>
        <translation>%1 个组将移除：阴影</translation>
    </message>
    <message>
        <source>1 more tensor is in the table</source>
        <translation>另有 1 个张量见表格</translation>
    </message>
    <message>
        <source>%1 more tensors are in the table</source>
        <translation>另有 %1 个张量见表格</translation>
    </message>
    <message>
        <source>Group %1 of %2: ← and → walk</source>
        <translation>组 %1（共 %2 组）：用 ← 和 → 移动</translation>
    </message>
    <message>
        <source>Please report this. What was just asked for may not have been done.</source>
        <translation>请报告此问题。刚才要求的操作可能没有完成。</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>手册</translation>
    </message>
    <message>
        <source>Search the manual</source>
        <translation>搜索手册</translation>
    </message>
    <message>
        <source>Search all pages; Enter goes to the next place</source>
        <translation>搜索所有页；Enter 到下一处</translation>
    </message>
    <message>
        <source>Pages of the manual</source>
        <translation>手册各页</translation>
    </message>
    <message>
        <source>Page of the manual</source>
        <translation>手册页面</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>后退</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前进</translation>
    </message>
    <message>
        <source>The help page %1 is not there; the program's resources are not where it looks for them.</source>
        <translation>找不到帮助页 %1；程序的资源不在预期的位置。</translation>
    </message>
    <message>
        <source>The window is in this language from the next start on.</source>
        <translation>窗口从下次启动起使用此语言。</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open a model, run, recipe or project…</source>
        <translation>打开模型、运行、配方或项目(&amp;O)…</translation>
    </message>
    <message>
        <source>Open the &amp;bundled model</source>
        <translation>打开自带模型(&amp;B)</translation>
    </message>
    <message>
        <source>Open a &amp;recipe…</source>
        <translation>打开配方(&amp;R)…</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>打开配方</translation>
    </message>
    <message>
        <source>&amp;Save the recipe…</source>
        <translation>保存配方(&amp;S)…</translation>
    </message>
    <message>
        <source>Save as a &amp;project…</source>
        <translation>另存为项目(&amp;P)…</translation>
    </message>
    <message>
        <source>Save as a project</source>
        <translation>另存为项目</translation>
    </message>
    <message>
        <source>Projects (*.shearproj)</source>
        <translation>项目 (*.shearproj)</translation>
    </message>
    <message>
        <source>There is a project %1 already.</source>
        <translation>已有项目 %1。</translation>
    </message>
    <message>
        <source>Its recipe, its page and its list of runs are replaced; the runs stay.</source>
        <translation>它的配方、页面和运行列表将被替换；运行本身保留。</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Save a repor&amp;t of the run…</source>
        <translation>保存运行报告(&amp;T)…</translation>
    </message>
    <message>
        <source>Save all &amp;figures…</source>
        <translation>保存所有图(&amp;F)…</translation>
    </message>
    <message numerus="yes">
        <source>%n figure(s) saved.</source>
        <translation><numerusform>已保存 %n 个图。</numerusform></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>键盘快捷键(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Analyse knowledge</source>
        <translation>分析知识(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Start run</source>
        <translation>开始运行(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation>暂停或继续(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;One step more</source>
        <translation>再走一步(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Keep a checkpoint now</source>
        <translation>立即保存检查点(&amp;K)</translation>
    </message>
    <message>
        <source>Behind the present step, besides those of the recipe: a run can branch from it</source>
        <translation>在当前步之后，配方规定之外另存：运行可由此分支</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>Make a s&amp;weep…</source>
        <translation>生成扫描(&amp;W)…</translation>
    </message>
    <message>
        <source>Slow &amp;motion</source>
        <translation>慢动作(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Off: as fast as it goes</source>
        <translation>关：全速(&amp;O)</translation>
    </message>
    <message numerus="yes">
        <source>At most %n step(s) a second</source>
        <translation><numerusform>每秒最多 %n 步</numerusform></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Reduced motion</source>
        <translation>减少动画(&amp;R)</translation>
    </message>
    <message>
        <source>Nothing fades, slides or blinks</source>
        <translation>没有淡入、滑动或闪烁</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Presentation mode</source>
        <translation>演示模式(&amp;P)</translation>
    </message>
    <message>
        <source>Large type and a projector's colours</source>
        <translation>大字号和投影仪配色</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>命令(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Manual: the &amp;page that is shown</source>
        <translation>手册：当前页(&amp;P)</translation>
    </message>
    <message>
        <source>A&amp;ll pages of the manual</source>
        <translation>手册所有页(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;First steps</source>
        <translation>入门(&amp;F)</translation>
    </message>
    <message>
        <source>The &amp;ideas, with pictures</source>
        <translation>图解原理(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>按键(&amp;K)</translation>
    </message>
    <message>
        <source>M&amp;ethods, and how to choose one</source>
        <translation>各种方法及如何选择(&amp;E)</translation>
    </message>
    <message>
        <source>The &amp;settings of a recipe</source>
        <translation>配方的设置(&amp;S)</translation>
    </message>
    <message>
        <source>Mo&amp;del families</source>
        <translation>模型系列(&amp;D)</translation>
    </message>
    <message>
        <source>T&amp;roubleshooting</source>
        <translation>疑难解答(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Tours and lessons</source>
        <translation>导览与课程(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Messages of this session</source>
        <translation>本次会话的消息(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;About LoRAShear Studio</source>
        <translation>关于 LoRAShear Studio(&amp;A)</translation>
    </message>
    <message>
        <source>About LoRAShear Studio</source>
        <translation>关于 LoRAShear Studio</translation>
    </message>
    <message>
        <source>LoRAShear Studio %1</source>
        <translation>LoRAShear Studio %1</translation>
    </message>
    <message>
        <source>Interactive structured pruning of language models, after LoRAShear (Chen et al., 2023). GPL-3.0-or-later.</source>
        <translation>依据 LoRAShear（Chen 等，2023）的语言模型交互式结构化剪枝。GPL-3.0-or-later。</translation>
    </message>
    <message>
        <source>Another process: %1</source>
        <translation>另一进程：%1</translation>
    </message>
    <message>
        <source>Ranking the groups</source>
        <translation>正在对组排序</translation>
    </message>
    <message>
        <source>Engine idle</source>
        <translation>引擎空闲</translation>
    </message>
    <message>
        <source>Engine working</source>
        <translation>引擎工作中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Parameters kept</source>
        <translation>保留的参数</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩余时间</translation>
    </message>
    <message>
        <source>When the work was kept last</source>
        <translation>最近一次保存工作的时间</translation>
    </message>
    <message>
        <source>Messages of this session, those that were dismissed too</source>
        <translation>本次会话的消息，包括已关闭的</translation>
    </message>
    <message>
        <source>plan keeps %1 of %2 parameters</source>
        <translation>方案保留 %2 个参数中的 %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>kept %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>If the program is killed, the work of that moment can be restored at the next start</source>
        <translation>若程序被强行终止，下次启动时可恢复到那一刻的工作</translation>
    </message>
    <message>
        <source>not kept</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>LoRAShear Studio</source>
        <translation>LoRAShear Studio</translation>
    </message>
    <message>
        <source>%1 – LoRAShear Studio</source>
        <translation>%1 – LoRAShear Studio</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 条消息</translation>
    </message>
    <message>
        <source>%1 messages</source>
        <translation>%1 条消息</translation>
    </message>
    <message>
        <source>A run is going on.</source>
        <translation>有运行正在进行。</translation>
    </message>
    <message>
        <source>It will be cancelled and can be resumed later from its last checkpoint.</source>
        <translation>它将被取消，之后可从最后的检查点继续。</translation>
    </message>
    <message>
        <source>Cancel the run and close</source>
        <translation>取消运行并关闭</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>不关闭</translation>
    </message>
    <message>
        <source>Open a model and look at its sizes</source>
        <translation>打开模型，查看其尺寸</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>图</translation>
    </message>
    <message>
        <source>The traced graph and what is cut together</source>
        <translation>追踪所得的图，以及哪些要一起切除</translation>
    </message>
    <message>
        <source>Knowledge</source>
        <translation>知识</translation>
    </message>
    <message>
        <source>Where the model keeps what it knows</source>
        <translation>模型把知识存在哪里</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>How much goes, from where, on which schedule</source>
        <translation>移除多少、从哪里移除、按什么进度</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Start, pause, cancel and watch</source>
        <translation>开始、暂停、取消、观察</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>前与后</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>What each text lost, and how it comes back</source>
        <translation>每种文本损失了什么，又如何恢复</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Write the result for other programs</source>
        <translation>为其他程序写出结果</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行列表</translation>
    </message>
    <message>
        <source>All runs beside each other</source>
        <translation>所有运行并列</translation>
    </message>
    <message>
        <source>%1, token %2 “%3”: which removed group changed it?</source>
        <translation>%1，词元 %2“%3”：哪个被移除的组改变了它？</translation>
    </message>
    <message>
        <source>It could not be measured: %1.</source>
        <translation>无法测量：%1。</translation>
    </message>
    <message>
        <source>Cancelled before anything was measured.</source>
        <translation>在测量任何内容之前已取消。</translation>
    </message>
    <message>
        <source>Masking what the run removed and measuring…</source>
        <translation>正在掩蔽运行所移除的内容并测量…</translation>
    </message>
    <message>
        <source>The original says “%1” here (%2). With all that the run removed masked it says “%3”, and “%1” has %4: %5 nats of KL to explain.</source>
        <translation>原模型在此处给出“%1”（%2）。掩蔽运行移除的全部内容后给出“%3”，而“%1”为 %4：待解释的 KL 为 %5 nat。</translation>
    </message>
    <message>
        <source>Measured so far: %1.</source>
        <translation>目前已测量：%1。</translation>
    </message>
    <message>
        <source>Cancelled: only this one was measured.</source>
        <translation>已取消：只测量了这一个。</translation>
    </message>
    <message>
        <source>Cancelled: only these %1 were measured.</source>
        <translation>已取消：只测量了这 %1 个。</translation>
    </message>
    <message>
        <source>Protocol: the original, in fp32, reads the %1 %2 before this one; one part at a time is put back, then the single groups of the one that explains most. No training and no weights of the run: what its training changed is not in it.</source>
        <translation>规程：原模型以 fp32 读取该词元之前的 %1 个%2；每次只放回一个部分，然后放回解释最多的那个部分的各个组。不训练，也不使用运行的权重：其训练带来的变化不在其中。</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>What is to be explained</source>
        <translation>待解释的内容</translation>
    </message>
    <message>
        <source>Removed groups, those that explain most first</source>
        <translation>被移除的组，解释最多者在前</translation>
    </message>
    <message>
        <source>Which removed group changed a token?</source>
        <translation>哪个被移除的组改变了词元？</translation>
    </message>
    <message>
        <source>Let the models write on the first tab, choose a token in the bars below a text, and press Which group? or Return.</source>
        <translation>先在第一个标签页让模型写作，在文本下方的条形中选择一个词元，然后按“哪个组？”或 Return。</translation>
    </message>
    <message>
        <source>Block %1: attention</source>
        <translation>块 %1：注意力</translation>
    </message>
    <message>
        <source>Block %1: MLP</source>
        <translation>块 %1：MLP</translation>
    </message>
    <message>
        <source>Block %1 as a whole</source>
        <translation>整个块 %1</translation>
    </message>
    <message>
        <source>groups</source>
        <translation>组</translation>
    </message>
    <message>
        <source>%1: %2 %3</source>
        <translation>%1：%2 %3</translation>
    </message>
    <message>
        <source>%1: all %2 removed %3</source>
        <translation>%1：移除的全部 %2 个%3</translation>
    </message>
    <message>
        <source>%1: %2 %3 from %4 to %5</source>
        <translation>%1：%2 个%3，从 %4 到 %5</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>放回</translation>
    </message>
    <message>
        <source>%1. Groups: %2</source>
        <translation>%1。组：%2</translation>
    </message>
    <message>
        <source>Explains, nats</source>
        <translation>解释的 nat</translation>
    </message>
    <message>
        <source>With it back the KL from the original at this token is lower by so much; %1 nats are left</source>
        <translation>放回后，该词元处与原模型的 KL 降低这么多；还剩 %1 nat</translation>
    </message>
    <message>
        <source>Of the KL with all removed groups masked; parts work together, so shares need not add up</source>
        <translation>占掩蔽全部移除组时 KL 的比例；各部分共同作用，因此比例之和不必为 100 %</translation>
    </message>
    <message>
        <source>KL left, nats</source>
        <translation>剩余 KL（nat）</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Of the token that the original holds likeliest; log-probability %1 nats</source>
        <translation>原模型认为最可能的词元的概率；对数概率 %1 nat</translation>
    </message>
    <message>
        <source>Likeliest token then</source>
        <translation>此时最可能的词元</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>“%1”</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Model in column %1</source>
        <translation>第 %1 列的模型</translation>
    </message>
    <message>
        <source>What texts are held against; figures are always held against the original</source>
        <translation>文本与它对照；数值始终与原模型对照</translation>
    </message>
    <message>
        <source>A model to hold against the others: of the run shown, or of another run on the same original</source>
        <translation>用来对照的模型：所示运行的，或同一原模型的另一次运行的</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>（无）</translation>
    </message>
    <message>
        <source>(one more)</source>
        <translation>（再加一个）</translation>
    </message>
    <message>
        <source>Progress of what is measured or written</source>
        <translation>测量或生成的进度</translation>
    </message>
    <message>
        <source>Models side by side</source>
        <translation>并列的模型</translation>
    </message>
    <message>
        <source>Texts of the models</source>
        <translation>各模型的文本</translation>
    </message>
    <message>
        <source>The same &amp;text</source>
        <translation>同一文本(&amp;T)</translation>
    </message>
    <message>
        <source>Which head would you remove?</source>
        <translation>您会移除哪个头？</translation>
    </message>
    <message>
        <source>Which group changed a token?</source>
        <translation>哪个组改变了词元？</translation>
    </message>
    <message>
        <source>Stops it; what was measured or written stays (Ctrl+.)</source>
        <translation>停止；已测得或已生成的保留（Ctrl+.）</translation>
    </message>
    <message>
        <source>Measure KL</source>
        <translation>测量 KL</translation>
    </message>
    <message>
        <source>Holds every token that the models in the columns predict on the first windows of the recipe's first text against the original</source>
        <translation>在配方第一个文本的前几个窗口上，把各列模型预测的每个词元与原模型对照</translation>
    </message>
    <message>
        <source>Copies the command that writes the texts without a window</source>
        <translation>复制不开窗口生成这些文本的命令</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>The table, for a report</source>
        <translation>表格，用于报告</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>LaTeX</source>
        <translation>LaTeX</translation>
    </message>
    <message>
        <source>Copies the table for a paper; needs the package booktabs</source>
        <translation>复制用于论文的表格；需要 booktabs 宏包</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Copies the plain numbers, spreads and intervals for a spreadsheet</source>
        <translation>复制纯数值、离散度和区间，供电子表格使用</translation>
    </message>
    <message>
        <source>Copy as LaTeX</source>
        <translation>复制为 LaTeX</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>复制为 CSV</translation>
    </message>
    <message>
        <source>Table copied as %1.</source>
        <translation>表格已复制为 %1。</translation>
    </message>
    <message>
        <source>Measured under the protocols named; behind a figure, what it is of the original's.</source>
        <translation>按所列协议测量；数值之后是它相当于原模型的多少。</translation>
    </message>
    <message>
        <source>Nothing measured yet: start a run, or open one.</source>
        <translation>尚未测量：请开始或打开一次运行。</translation>
    </message>
    <message>
        <source>The same prompt</source>
        <translation>同一提示</translation>
    </message>
    <message>
        <source>Beginning of the text</source>
        <translation>文本开头</translation>
    </message>
    <message>
        <source>All models go on from here</source>
        <translation>所有模型由此续写</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Ask in the model's chat format</source>
        <translation>以模型的对话格式提问</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>At most so many tokens are written</source>
        <translation>最多写这么多词元</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0: always the likeliest token</source>
        <translation>0：总取最可能的词元</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed writes the same text</source>
        <translation>相同的种子写出相同的文本</translation>
    </message>
    <message>
        <source>Write all</source>
        <translation>全部生成</translation>
    </message>
    <message>
        <source>The models in the columns go on from the same beginning, and every token is held against the original</source>
        <translation>各列模型从同一开头续写，每个词元都与原模型对照</translation>
    </message>
    <message>
        <source>Text in column %1</source>
        <translation>第 %1 列的文本</translation>
    </message>
    <message>
        <source>KL of each token in column %1</source>
        <translation>第 %1 列每个词元的 KL</translation>
    </message>
    <message>
        <source>Which group?</source>
        <translation>哪个组？</translation>
    </message>
    <message>
        <source>Which removed group changed the chosen token in column %1</source>
        <translation>改变第 %1 列所选词元的被移除组</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>%1 的文本</translation>
    </message>
    <message>
        <source>Its weights are not on the disk</source>
        <translation>其权重不在磁盘上</translation>
    </message>
    <message>
        <source>Not written yet</source>
        <translation>尚未生成</translation>
    </message>
    <message>
        <source>Not written: it %1</source>
        <translation>未生成：%1</translation>
    </message>
    <message>
        <source>The text is a question, written as the model's chat template wants it; below are the answers</source>
        <translation>文本是按模型对话模板书写的问题；下面是回答</translation>
    </message>
    <message>
        <source>Not for this model: %1</source>
        <translation>不适用于此模型：%1</translation>
    </message>
    <message>
        <source>%1: the first %2 words are the same.</source>
        <translation>%1：前 %2 个词相同。</translation>
    </message>
    <message>
        <source>All wrote the same.</source>
        <translation>全部写得一样。</translation>
    </message>
    <message>
        <source>Underlined: what differs from %1. On a coloured ground: the first token that differs. %2</source>
        <translation>下划线：与 %1 不同之处。彩色底：第一个不同的词元。%2</translation>
    </message>
    <message>
        <source>Only tokens whose KL from the original was measured can be explained</source>
        <translation>只有测量过与原模型 KL 的词元才能解释</translation>
    </message>
    <message>
        <source>This run removed nothing: its training alone made the difference</source>
        <translation>该运行没有移除任何内容：差别仅来自训练</translation>
    </message>
    <message>
        <source>Write the texts again first</source>
        <translation>请先重新生成文本</translation>
    </message>
    <message>
        <source>The engine is busy</source>
        <translation>引擎正忙</translation>
    </message>
    <message>
        <source>Which of the groups that the run removed changed this token: they are masked in the original and put back one after the other (Return)</source>
        <translation>运行移除的组中哪个改变了该词元：在原模型中掩蔽它们，再逐个放回（Return）</translation>
    </message>
    <message>
        <source>KL from the original: mean %1, largest %2 nats at “%3”</source>
        <translation>与原模型的 KL：均值 %1，最大 %2 nat，位于“%3”</translation>
    </message>
    <message>
        <source>The original itself</source>
        <translation>原模型本身</translation>
    </message>
    <message>
        <source>KL was not measured</source>
        <translation>未测量 KL</translation>
    </message>
    <message>
        <source>Used for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Which text each use reads; choose one to change it</source>
        <translation>各用途读取的文本；选择一项以更改</translation>
    </message>
    <message>
        <source>Texts that pruning trains on</source>
        <translation>剪枝时训练用的文本</translation>
    </message>
    <message>
        <source>Steps a round</source>
        <translation>每轮步数</translation>
    </message>
    <message>
        <source>Least length</source>
        <translation>最短长度</translation>
    </message>
    <message>
        <source>Text that the analysis measures and calibrates on</source>
        <translation>分析用于测量和校准的文本</translation>
    </message>
    <message>
        <source>Without a file, what is held out of the training texts. It should not be a text that the result is judged by. Quick and Full on the Knowledge page set the windows too.</source>
        <translation>未指定文件时，取训练文本中留出的部分。它不应是评判结果所用的文本。“知识”页的“快速”和“完整”也会设定窗口数。</translation>
    </message>
    <message>
        <source>Phases of the recovery, one after another</source>
        <translation>恢复的各阶段，依次进行</translation>
    </message>
    <message>
        <source>Phases of the recovery</source>
        <translation>恢复的阶段</translation>
    </message>
    <message>
        <source>phase</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>%1: up to %2 rounds of %3 steps</source>
        <translation>%1：最多 %2 轮，每轮 %3 步</translation>
    </message>
    <message>
        <source>%1 texts</source>
        <translation>%1 个文本</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Give the phase a name, for charts and events.</source>
        <translation>请给阶段命名，供图表和事件使用。</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>Texts of this phase</source>
        <translation>此阶段的文本</translation>
    </message>
    <message>
        <source>Texts of the chosen phase</source>
        <translation>所选阶段的文本</translation>
    </message>
    <message>
        <source>A phase needs a text.</source>
        <translation>阶段需要文本。</translation>
    </message>
    <message>
        <source>adding a phase</source>
        <translation>添加阶段</translation>
    </message>
    <message>
        <source>Add a training text first.</source>
        <translation>请先添加训练文本。</translation>
    </message>
    <message>
        <source>add a phase</source>
        <translation>添加阶段</translation>
    </message>
    <message>
        <source>Texts that the result is judged by; the first is the headline</source>
        <translation>评判结果所用的文本；第一个是主要指标</translation>
    </message>
    <message>
        <source>Texts of the evaluation</source>
        <translation>评估的文本</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Add a text</source>
        <translation>添加文本</translation>
    </message>
    <message>
        <source>Texts (*.txt *.raw *.tokens);;All files (*)</source>
        <translation>文本 (*.txt *.raw *.tokens);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a text file.</source>
        <translation>请选择文本文件。</translation>
    </message>
    <message>
        <source>add a text</source>
        <translation>添加文本</translation>
    </message>
    <message>
        <source>Zero-shot tasks</source>
        <translation>零样本任务</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Looks for the folder of the task files</source>
        <translation>查找任务文件所在的文件夹</translation>
    </message>
    <message>
        <source>Folder of the task files</source>
        <translation>任务文件的文件夹</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>题数</translation>
    </message>
    <message>
        <source>of each task</source>
        <translation>每个任务</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>A folder with one JSON-lines file for each task: boolq, piqa, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa. Leave it empty to measure none.</source>
        <translation>每个任务一个 JSON-lines 文件的文件夹：boolq、piqa、hellaswag、winogrande、arc_easy、arc_challenge、openbookqa。留空则不测量。</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>held out of the training texts</source>
        <translation>从训练文本中留出</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Make sweep…</source>
        <translation>生成扫描…</translation>
    </message>
    <message>
        <source>A grid of methods, ratios and seeds over this recipe, for a batch system</source>
        <translation>在此配方上按方法、比例和种子组成网格，供批处理系统使用</translation>
    </message>
    <message>
        <source>Write the result</source>
        <translation>写出结果</translation>
    </message>
    <message>
        <source>Numbers stored as</source>
        <translation>数值存储为</translation>
    </message>
    <message>
        <source>Type of the stored weights</source>
        <translation>所存权重的类型</translation>
    </message>
    <message>
        <source>Destination folder</source>
        <translation>目标文件夹</translation>
    </message>
    <message>
        <source>A folder that does not exist yet, or an empty one</source>
        <translation>尚不存在的文件夹，或空文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Chooses the folder in which the export's folder is made</source>
        <translation>选择在其中建立导出文件夹的文件夹</translation>
    </message>
    <message>
        <source>Where to write the export</source>
        <translation>导出写到哪里</translation>
    </message>
    <message>
        <source>Copies the command that writes and verifies the same without a window</source>
        <translation>复制不开窗口写出并验证同样结果的命令</translation>
    </message>
    <message>
        <source>Export and verify</source>
        <translation>导出并验证</translation>
    </message>
    <message>
        <source>Writes the folder, reads it back and compares it with the result of the run</source>
        <translation>写出文件夹，读回并与运行结果比较</translation>
    </message>
    <message>
        <source>All formats for this result</source>
        <translation>此结果的所有格式</translation>
    </message>
    <message>
        <source>All formats</source>
        <translation>所有格式</translation>
    </message>
    <message>
        <source>What each format is for, and where it opens</source>
        <translation>每种格式的用途，以及在哪里打开</translation>
    </message>
    <message>
        <source>Choose a format: it is explained here.</source>
        <translation>请选择格式：这里会说明它。</translation>
    </message>
    <message>
        <source>Opens in: %1.</source>
        <translation>可打开的程序：%1。</translation>
    </message>
    <message>
        <source>Offered because %1.</source>
        <translation>推荐它，因为%1。</translation>
    </message>
    <message>
        <source>as the original</source>
        <translation>与原模型相同</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Verdict of the certificate</source>
        <translation>证书的结论</translation>
    </message>
    <message>
        <source>largest logit difference</source>
        <translation>最大 logit 差</translation>
    </message>
    <message>
        <source>KL divergence, nats</source>
        <translation>KL 散度，nat</translation>
    </message>
    <message>
        <source>same next token</source>
        <translation>下一词元相同</translation>
    </message>
    <message>
        <source>logits, by rounding</source>
        <translation>舍入引起的 logit 差</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Copies the folder or file that was verified</source>
        <translation>复制已验证的文件夹或文件</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>已复制：%1</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>运行 %1</translation>
    </message>
    <message>
        <source>A finished run is needed: start one, or open one.</source>
        <translation>需要已完成的运行：请开始或打开一次运行。</translation>
    </message>
    <message>
        <source>What was merged is rounded to %1: logits change by up to %2, the largest is %3.</source>
        <translation>合并后的数值舍入为 %1：logit 最多变化 %2，最大的 logit 为 %3。</translation>
    </message>
    <message>
        <source>Every export is read back from the disk by itself and compared with what it was made from.</source>
        <translation>每次导出都会单独从磁盘读回，并与其来源比较。</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>还没有</translation>
    </message>
    <message>
        <source>Writing, and reading back what was written…</source>
        <translation>正在写出，并读回所写内容…</translation>
    </message>
    <message>
        <source>✗ Nothing was written: %1.</source>
        <translation>✗ 没有写出任何内容：%1。</translation>
    </message>
    <message>
        <source>✓ Passed: the folder computes what it was made from.</source>
        <translation>✓ 通过：文件夹的计算结果与其来源一致。</translation>
    </message>
    <message>
        <source>✗ Failed: what was written did not compute what it was made from, so it was removed.</source>
        <translation>✗ 未通过：写出内容的计算结果与其来源不一致，因此已删除。</translation>
    </message>
    <message>
        <source>✗ Failed: what was written could not be read back and compared, so it was removed.</source>
        <translation>✗ 未通过：写出的内容无法读回比较，因此已删除。</translation>
    </message>
    <message>
        <source>%1, against %2</source>
        <translation>%1，对照 %2</translation>
    </message>
    <message>
        <source>✗ Not for this result: %1</source>
        <translation>✗ 不适用于此结果：%1</translation>
    </message>
    <message>
        <source>%1 with our modelling file</source>
        <translation>%1（用我们的建模文件）</translation>
    </message>
    <message>
        <source>nothing that we know rules of</source>
        <translation>我们不了解其规则的程序</translation>
    </message>
    <message>
        <source>Weights stored as the original's; tokenizer and config come on top</source>
        <translation>权重按原模型存储；另加分词器和配置</translation>
    </message>
    <message>
        <source>Weights stored as %1; tokenizer and config come on top</source>
        <translation>权重存储为 %1；另加分词器和配置</translation>
    </message>
    <message>
        <source>This result</source>
        <translation>此结果</translation>
    </message>
    <message>
        <source>✓ can be written</source>
        <translation>✓ 可以写出</translation>
    </message>
    <message>
        <source>✗ cannot</source>
        <translation>✗ 不能</translation>
    </message>
    <message>
        <source>Opens in</source>
        <translation>可打开的程序</translation>
    </message>
    <message>
        <source>What it is, or why not</source>
        <translation>它是什么，或为何不能</translation>
    </message>
    <message>
        <source>bars: %1; of a folded box its largest</source>
        <translation>条：%1；折叠的方框取其中最大值</translation>
    </message>
    <message>
        <source>bars: %1; of a folded box the mean</source>
        <translation>条：%1；折叠的方框取平均值</translation>
    </message>
    <message>
        <source>%1 to %2 %3</source>
        <translation>%1 至 %2 %3</translation>
    </message>
    <message>
        <source>Nothing is measured yet: Analyse on the Knowledge page.</source>
        <translation>尚未测量：请在“知识”页上分析。</translation>
    </message>
    <message>
        <source>Loss added by masking</source>
        <translation>遮蔽增加的损失</translation>
    </message>
    <message>
        <source>nats per token</source>
        <translation>nat/词元</translation>
    </message>
    <message>
        <source>No scores yet: they come with an analysis, or when Plan ranks.</source>
        <translation>还没有分数：分析时或“方案”排序时得到。</translation>
    </message>
    <message>
        <source>Mean score of a group</source>
        <translation>组的平均分数</translation>
    </message>
    <message>
        <source>by %1, no unit</source>
        <translation>按 %1，无单位</translation>
    </message>
    <message>
        <source>There is no plan.</source>
        <translation>没有方案。</translation>
    </message>
    <message>
        <source>bars: what the plan keeps</source>
        <translation>条：方案保留的部分</translation>
    </message>
    <message>
        <source>bars: what the run kept</source>
        <translation>条：运行保留的部分</translation>
    </message>
    <message>
        <source>bars: what the run kept at step %1</source>
        <translation>条：运行在第 %1 步保留的部分</translation>
    </message>
    <message>
        <source>Share kept</source>
        <translation>保留份额</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>going</source>
        <translation>将移除</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>已移除</translation>
    </message>
    <message>
        <source>kept whole</source>
        <translation>整体保留</translation>
    </message>
    <message>
        <source>%1 kept, of that %2 whole; %3 going, %4 gone</source>
        <translation>保留 %1，其中 %2 完整保留；%3 将移除，%4 已移除</translation>
    </message>
    <message>
        <source>No run of this model has removed anything yet.</source>
        <translation>此模型还没有运行移除过任何部分。</translation>
    </message>
    <message>
        <source>bars: planned above, what the run kept below</source>
        <translation>条：上为方案，下为运行所保留</translation>
    </message>
    <message>
        <source>Kept by the run, less what was planned (share)</source>
        <translation>运行保留减去方案保留（比例）</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>what the run kept</source>
        <translation>运行所保留</translation>
    </message>
    <message>
        <source>planned to keep %1, the run kept %2</source>
        <translation>方案保留 %1，运行保留 %2</translation>
    </message>
    <message>
        <source>The sizes of this model's tensors are not known.</source>
        <translation>此模型的张量大小未知。</translation>
    </message>
    <message>
        <source>bars: bytes of the tensors inside</source>
        <translation>条：其中张量的字节数</translation>
    </message>
    <message>
        <source>bars: bytes of the tensors inside, an average by parameter</source>
        <translation>条：其中张量的字节数，按参数平均</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Bytes, an estimate</source>
        <translation>字节（估计）</translation>
    </message>
    <message>
        <source>0 to %1</source>
        <translation>0 至 %1</translation>
    </message>
    <message>
        <source>tensors of %1</source>
        <translation>张量共 %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>What is kept, going, gone and kept whole, by parameters</source>
        <translation>按参数计：保留、将移除、已移除、完整保留</translation>
    </message>
    <message>
        <source>Planned against actual</source>
        <translation>方案与实际</translation>
    </message>
    <message>
        <source>What the plan keeps, and what the run shown kept</source>
        <translation>方案保留的部分，与所示运行保留的部分</translation>
    </message>
    <message>
        <source>What masking part of a node group adds to the loss, in nats per token</source>
        <translation>遮蔽节点组的一部分所增加的损失，单位为每词元奈特</translation>
    </message>
    <message>
        <source>Saliency</source>
        <translation>显著性</translation>
    </message>
    <message>
        <source>Mean score of a node group's groups: low ones go first</source>
        <translation>节点组内各组的平均分数：低者先移除</translation>
    </message>
    <message>
        <source>How large the tensors are in the model's file</source>
        <translation>张量在模型文件中的大小</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Boxes alone</source>
        <translation>只显示方框</translation>
    </message>
    <message>
        <source>%1 operators, %2 blocks · %3</source>
        <translation>%1 个算子，%2 个块 · %3</translation>
    </message>
    <message>
        <source>%1 · without LoRA: an analysis or a run attaches its adapters</source>
        <translation>%1 · 无 LoRA：分析或运行时才附加适配器</translation>
    </message>
    <message>
        <source>Border between graph and inspector</source>
        <translation>图与检查器之间的分界</translation>
    </message>
    <message>
        <source>Search the graph</source>
        <translation>搜索图</translation>
    </message>
    <message>
        <source>Search a block, tensor or operator</source>
        <translation>搜索块、张量或算子</translation>
    </message>
    <message>
        <source>Enter goes to the next hit (Ctrl+F)</source>
        <translation>Enter 到下一个结果（Ctrl+F）</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Opens the chosen module (Enter)</source>
        <translation>打开所选模块（Enter）</translation>
    </message>
    <message>
        <source>Closes the module around the chosen box (Backspace)</source>
        <translation>关闭所选方框外层的模块（Backspace）</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Shows everything (F); zoom with + and - or Ctrl and the wheel</source>
        <translation>显示全部（F）；用 + 和 - 或 Ctrl 加滚轮缩放</translation>
    </message>
    <message>
        <source>What the boxes show</source>
        <translation>方框显示的内容</translation>
    </message>
    <message>
        <source>Copies the command that prints the traced operators and node groups as JSON</source>
        <translation>复制以 JSON 输出追踪所得算子和节点组的命令</translation>
    </message>
    <message>
        <source>Graph over&amp;view</source>
        <translation>计算图总览(&amp;V)</translation>
    </message>
    <message>
        <source>All of the graph in small where some of it is out of sight</source>
        <translation>当部分计算图不可见时显示缩小的全图</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>打开(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Close what is around it</source>
        <translation>关闭外层(&amp;C)</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>显示全部(&amp;E)</translation>
    </message>
    <message>
        <source>1 of 1</source>
        <translation>1 / 1</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>second sheet: opens</source>
        <translation>第二层纸：可以打开</translation>
    </message>
    <message>
        <source>stripes: rows or columns that go together</source>
        <translation>条纹：一起移除的行或列</translation>
    </message>
    <message>
        <source>dashed outline: what was there</source>
        <translation>虚线框：原来存在的部分</translation>
    </message>
    <message>
        <source>Saliency of each group of the chosen node group</source>
        <translation>所选节点组中各组的显著性</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>名次</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>组</translation>
    </message>
    <message>
        <source>goes</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>The node group that is looked into, as chosen everywhere in the window</source>
        <translation>当前查看的节点组，与整个窗口中的选择一致</translation>
    </message>
    <message>
        <source>Saliency proxy</source>
        <translation>显著性代理</translation>
    </message>
    <message>
        <source>What was measured on this model so far. Analyse and runs add the proxy of the recipe.</source>
        <translation>迄今在此模型上测得的。“分析”和运行会加上配方中的代理。</translation>
    </message>
    <message>
        <source>Order of the groups</source>
        <translation>组的次序</translation>
    </message>
    <message>
        <source>Order of the groups in the chart and the table</source>
        <translation>图和表中组的次序</translation>
    </message>
    <message>
        <source>least salient first</source>
        <translation>显著性最低者在前</translation>
    </message>
    <message>
        <source>as in the model</source>
        <translation>与模型中相同</translation>
    </message>
    <message>
        <source>Saliency of each group as a table</source>
        <translation>各组显著性的表格</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Choose a node group</source>
        <translation>请选择节点组</translation>
    </message>
    <message>
        <source>%1 (ranks the plan)</source>
        <translation>%1（方案按它排序）</translation>
    </message>
    <message>
        <source>Group %1: saliency %2, rank %3 of %4, %5.</source>
        <translation>组 %1：显著性 %2，在 %4 个中排第 %3，%5。</translation>
    </message>
    <message>
        <source>Nothing is ranked yet: a model of this size is not read when it is opened. Press Analyse; what it finds is shown here.</source>
        <translation>尚未排序：这么大的模型打开时不会读取。请按“分析”；结果显示在这里。</translation>
    </message>
    <message>
        <source>Choose a node group to see which of its heads or neurons matter, and which this plan takes.</source>
        <translation>选择一个节点组，查看其中哪些头或神经元重要，以及此方案移除哪些。</translation>
    </message>
    <message>
        <source>This proxy says nothing about this node group.</source>
        <translation>此代理对这个节点组没有任何说明。</translation>
    </message>
    <message>
        <source>Its groups are not ranked. %1</source>
        <translation>它的组没有排序。%1</translation>
    </message>
    <message>
        <source>Saliency of %1 %2, %3 go by this plan</source>
        <translation>%1 个%2的显著性，此方案移除 %3 个</translation>
    </message>
    <message>
        <source>Saliency of each head or neuron</source>
        <translation>每个头或神经元的显著性</translation>
    </message>
    <message>
        <source>Pale and underlined: goes. Choose a bar or a row for its numbers.</source>
        <translation>浅色并加下划线：移除。选择条或行查看数值。</translation>
    </message>
    <message>
        <source>hardly</source>
        <translation>几乎没有</translation>
    </message>
    <message>
        <source>a little</source>
        <translation>一点</translation>
    </message>
    <message>
        <source>a lot</source>
        <translation>很多</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>The heads of this model</source>
        <translation>此模型的头</translation>
    </message>
    <message>
        <source>Heads, block by block</source>
        <translation>各块的头</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Forgets guesses and covers the answers</source>
        <translation>忘掉猜测并盖住答案</translation>
    </message>
    <message>
        <source>Show all answers</source>
        <translation>显示所有答案</translation>
    </message>
    <message>
        <source>Measures every head, one after the other; the idle engine does it</source>
        <translation>逐个测量每个头；由空闲的引擎完成</translation>
    </message>
    <message>
        <source>Hardly matters</source>
        <translation>几乎无关</translation>
    </message>
    <message>
        <source>My guess: perplexity rises by less than 1 %. Then it is measured.</source>
        <translation>我猜：困惑度上升不到 1 %。随后测量。</translation>
    </message>
    <message>
        <source>A little</source>
        <translation>有一点</translation>
    </message>
    <message>
        <source>My guess: perplexity rises by 1 to 10 %. Then it is measured.</source>
        <translation>我猜：困惑度上升 1 至 10 %。随后测量。</translation>
    </message>
    <message>
        <source>A lot</source>
        <translation>很重要</translation>
    </message>
    <message>
        <source>My guess: perplexity rises by more than 10 %. Then it is measured.</source>
        <translation>我猜：困惑度上升超过 10 %。随后测量。</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>测量结果</translation>
    </message>
    <message>
        <source>Without this head</source>
        <translation>去掉这个头</translation>
    </message>
    <message>
        <source>This model has no heads that can be removed one by one.</source>
        <translation>此模型没有可逐个移除的头。</translation>
    </message>
    <message>
        <source>Choose a head.</source>
        <translation>请选择一个头。</translation>
    </message>
    <message>
        <source>%1: how much does it matter?</source>
        <translation>%1：它有多重要？</translation>
    </message>
    <message>
        <source>Measured: %1 (%2).</source>
        <translation>实测：%1（%2）。</translation>
    </message>
    <message>
        <source>You said so. ✓</source>
        <translation>您说对了。✓</translation>
    </message>
    <message>
        <source>You said: %1. ✗</source>
        <translation>您说的是：%1。✗</translation>
    </message>
    <message>
        <source>Masking it and measuring…</source>
        <translation>正在掩蔽并测量…</translation>
    </message>
    <message>
        <source>Make a guess: the head is masked, and the model measured and asked to write.</source>
        <translation>请猜一猜：这个头会被掩蔽，然后测量模型并让它写一段文本。</translation>
    </message>
    <message>
        <source>Measured on %1. Nothing is trained.</source>
        <translation>在 %1 上测量。没有任何训练。</translation>
    </message>
    <message>
        <source>%1 of %2 guesses right.</source>
        <translation>%2 次猜测中 %1 次正确。</translation>
    </message>
    <message>
        <source>Matters least of the %1 measured: %2 (%3).</source>
        <translation>所测 %1 个中最不重要的：%2（%3）。</translation>
    </message>
    <message>
        <source>Original: perplexity %1</source>
        <translation>原模型：困惑度 %1</translation>
    </message>
    <message>
        <source>Without this head: %1</source>
        <translation>去掉这个头：%1</translation>
    </message>
    <message>
        <source>fading</source>
        <translation>正在衰减</translation>
    </message>
    <message>
        <source>set to zero by the test</source>
        <translation>被检验置零</translation>
    </message>
    <message>
        <source>grows back</source>
        <translation>正在长回</translation>
    </message>
    <message>
        <source>faded to zero</source>
        <translation>已衰减到零</translation>
    </message>
    <message>
        <source>Half-space</source>
        <translation>半空间</translation>
    </message>
    <message>
        <source>Norm before</source>
        <translation>之前的范数</translation>
    </message>
    <message>
        <source>Norm</source>
        <translation>范数</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>%1°</source>
        <translation>%1°</translation>
    </message>
    <message>
        <source>Along</source>
        <translation>沿向</translation>
    </message>
    <message>
        <source>What the test holds against its boundary</source>
        <translation>检验拿来与边界比较的量</translation>
    </message>
    <message>
        <source>Groups of the half-space test as a table</source>
        <translation>半空间检验各组的表格</translation>
    </message>
    <message>
        <source>boundary</source>
        <translation>边界</translation>
    </message>
    <message>
        <source>crossed it</source>
        <translation>越过边界</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>以表格显示</translation>
    </message>
    <message>
        <source>The same groups as numbers, or as points again</source>
        <translation>同样的组以数值显示，或重新以点显示</translation>
    </message>
    <message>
        <source>%1, group %2: norm %3 → %4, angle %5°, along %6, %7</source>
        <translation>%1，组 %2：范数 %3 → %4，角度 %5°，沿向 %6，%7</translation>
    </message>
    <message>
        <source>Step %1: %2 groups fade, %3 crossed the boundary at %4, %5 reached the end of their period.</source>
        <translation>第 %1 步：%2 个组在衰减，%3 个在 %4 处越过边界，%5 个到达周期末尾。</translation>
    </message>
    <message>
        <source>Step %1: of %2 groups %3 grow back, since others go in their place; %4 crossed the boundary at %5, %6 reached the end of their period.</source>
        <translation>第 %1 步：%2 个组中有 %3 个正在长回，因为由其他组代替移除；%4 个越过了边界 %5，%6 个到达了周期末尾。</translation>
    </message>
    <message>
        <source>%1 of them are shown.</source>
        <translation>显示其中 %1 个。</translation>
    </message>
    <message>
        <source>LHSPG takes no group back: what was chosen is zero at the end of its period. With over_selection above 1 more are chosen than go, and the test decides which grow back.</source>
        <translation>LHSPG 不收回任何组：选定的组在周期末尾都为零。over_selection 大于 1 时选定的多于移除的，由检验决定哪些重新长回。</translation>
    </message>
    <message>
        <source>LHSPG tests each fading group against its half-space in every step after the warm-up. What the tests of this run see is shown here, group by group.</source>
        <translation>预热之后，LHSPG 在每一步用半空间检验每个衰减中的组。此运行的检验结果按组显示在这里。</translation>
    </message>
    <message>
        <source>No group is fading yet at this step.</source>
        <translation>在这一步还没有组在衰减。</translation>
    </message>
    <message>
        <source>Block %1, head %2</source>
        <translation>块 %1，头 %2</translation>
    </message>
    <message>
        <source>%1: perplexity %2 without it</source>
        <translation>%1：去掉它后困惑度 %2</translation>
    </message>
    <message>
        <source>%1: being measured</source>
        <translation>%1：正在测量</translation>
    </message>
    <message>
        <source>%1: not tried</source>
        <translation>%1：未试</translation>
    </message>
    <message>
        <source>; you said: %1</source>
        <translation>；您说：%1</translation>
    </message>
    <message>
        <source>Head %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>块 %1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Loss added by masking, layers by units</source>
        <translation>掩蔽所增的损失，层 × 单元</translation>
    </message>
    <message>
        <source>Node groups by the loss that masking them adds</source>
        <translation>按掩蔽所增损失排列的节点组</translation>
    </message>
    <message>
        <source>Over the depth: layers by units</source>
        <translation>沿深度：层 × 单元</translation>
    </message>
    <message>
        <source>nats per token, logarithmic</source>
        <translation>nat/词元，对数刻度</translation>
    </message>
    <message>
        <source>Open a model, then Analyse: every layer gets the colour of what masking part of it costs.</source>
        <translation>请打开模型，然后“分析”：每层的颜色表示掩蔽其一部分的代价。</translation>
    </message>
    <message>
        <source>How many node groups add how much</source>
        <translation>增加多少损失的节点组各有几个</translation>
    </message>
    <message>
        <source>Nothing measured yet.</source>
        <translation>尚未测量。</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Loss added</source>
        <translation>损失增量</translation>
    </message>
    <message>
        <source>nats per token, mean over the ratios probed</source>
        <translation>nat/词元，对探测比例取均值</translation>
    </message>
    <message>
        <source>±</source>
        <translation>±</translation>
    </message>
    <message>
        <source>standard error over batches, or over windows where places are settled</source>
        <translation>按批次计算的标准误差；名次提前确定时按窗口计算</translation>
    </message>
    <message>
        <source>Standing</source>
        <translation>状况</translation>
    </message>
    <message>
        <source>Copies the command that measures the same without a window</source>
        <translation>复制不开窗口进行同样测量的命令</translation>
    </message>
    <message>
        <source>Where the knowledge lies</source>
        <translation>知识在哪里</translation>
    </message>
    <message>
        <source>Loss added when part of a node group is masked (nats per token)</source>
        <translation>掩蔽节点组一部分时增加的损失（nat/词元）</translation>
    </message>
    <message>
        <source>Knowledge per node group</source>
        <translation>各节点组的知识</translation>
    </message>
    <message>
        <source>Nothing measured yet. Analyse masks the least salient share of one node group after the other and measures how much worse the model predicts the text; nothing is changed by it.</source>
        <translation>尚未测量。“分析”会逐个掩蔽各节点组中显著性最低的份额，测量模型预测文本变差多少；模型不会因此改变。</translation>
    </message>
    <message>
        <source>hatched: marked as most telling</source>
        <translation>斜线：标为影响最大</translation>
    </message>
    <message>
        <source>standard error</source>
        <translation>标准误</translation>
    </message>
    <message>
        <source>&amp;Bars</source>
        <translation>条形(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Map</source>
        <translation>分布图(&amp;M)</translation>
    </message>
    <message>
        <source>Views of the knowledge</source>
        <translation>知识的视图</translation>
    </message>
    <message>
        <source>&amp;Distribution</source>
        <translation>分布(&amp;D)</translation>
    </message>
    <message>
        <source>Knowledge per node group as a table</source>
        <translation>各节点组知识的表格</translation>
    </message>
    <message>
        <source>&amp;Table</source>
        <translation>表格(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Inside the node group</source>
        <translation>节点组内部(&amp;I)</translation>
    </message>
    <message>
        <source>Mark the top</source>
        <translation>标记前</translation>
    </message>
    <message>
        <source>Text…</source>
        <translation>文本…</translation>
    </message>
    <message>
        <source>Chooses the held-out text to measure on</source>
        <translation>选择用于测量的留出文本</translation>
    </message>
    <message>
        <source>Text to measure on</source>
        <translation>用于测量的文本</translation>
    </message>
    <message>
        <source>Texts (*.txt);;All files (*)</source>
        <translation>文本 (*.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>text of the analysis</source>
        <translation>分析的文本</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>One ratio, 8 windows of text</source>
        <translation>一个比例，8 个文本窗口</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Three ratios, 40 windows of text: slower, with smaller error</source>
        <translation>三个比例，40 个文本窗口：较慢，误差较小</translation>
    </message>
    <message>
        <source>Settled</source>
        <translation>定序</translation>
    </message>
    <message>
        <source>One ratio on up to 40 windows: a node group whose place is settled at 95 % confidence is measured no further</source>
        <translation>一个比例，最多 40 个窗口：名次以 95 % 置信度确定的节点组不再测量</translation>
    </message>
    <message>
        <source>Progress of the analysis</source>
        <translation>分析进度</translation>
    </message>
    <message>
        <source>Stops within one batch; what was measured stays</source>
        <translation>在一个批次内停止；已测得的保留</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Measures every node group; results are kept for the same model, text and settings</source>
        <translation>测量每个节点组；同一模型、文本和设置的结果会保留</translation>
    </message>
    <message>
        <source>As measured</source>
        <translation>依测量结果</translation>
    </message>
    <message>
        <source>The analysis decides</source>
        <translation>由分析决定</translation>
    </message>
    <message>
        <source>Protect</source>
        <translation>保护</translation>
    </message>
    <message>
        <source>Nothing of it is removed</source>
        <translation>完全不移除</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>May be pruned although the analysis protects it</source>
        <translation>即使分析保护它也可以剪枝</translation>
    </message>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>not prunable</source>
        <translation>不可剪枝</translation>
    </message>
    <message>
        <source>may go</source>
        <translation>可移除</translation>
    </message>
    <message>
        <source>marked, yet may go</source>
        <translation>已标记，但可移除</translation>
    </message>
    <message>
        <source>protected by you</source>
        <translation>由您保护</translation>
    </message>
    <message>
        <source>allowed by you</source>
        <translation>由您允许</translation>
    </message>
    <message>
        <source>masking %1 on %2, %3 windows of %4 tokens</source>
        <translation>在 %2 上掩蔽 %1，%3 个窗口，每个 %4 词元</translation>
    </message>
    <message>
        <source>what is held out of the training texts</source>
        <translation>从训练文本中留出的部分</translation>
    </message>
    <message>
        <source> behind the first %1</source>
        <translation> 跳过前 %1 个</translation>
    </message>
    <message>
        <source>, until places are settled at %1</source>
        <translation>，直到名次以 %1 置信度确定</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>baseline %1 nats per token over %2 tokens%3</source>
        <translation>基线 %1 nat/词元，共 %2 词元%3</translation>
    </message>
    <message>
        <source> · settings changed since, analyse again</source>
        <translation> · 设置此后已改，请重新分析</translation>
    </message>
    <message>
        <source>A bar at the left says what was found and why it is kept.</source>
        <translation>左侧的条说明发现了什么、为何保留。</translation>
    </message>
    <message>
        <source>What the model wrote</source>
        <translation>模型写了什么</translation>
    </message>
    <message>
        <source>The run's models go on with the recipe's prompt: the original first, then the one at each checkpoint.</source>
        <translation>此运行的各模型续写配方的提示：先是原模型，然后是每个检查点的模型。</translation>
    </message>
    <message>
        <source>%1, written at step %2</source>
        <translation>%1，写于第 %2 步</translation>
    </message>
    <message>
        <source>Cheapest next cut</source>
        <translation>代价最小的下一步</translation>
    </message>
    <message>
        <source>Takes one step more: of all units the one whose parameters add least to the loss (Ctrl+D)</source>
        <translation>再多移除一步：在所有单元中取其参数使损失增加最少者（Ctrl+D）</translation>
    </message>
    <message>
        <source>What the cheapest next cut takes and costs</source>
        <translation>代价最小的下一步移除什么、代价多少</translation>
    </message>
    <message>
        <source>cheapest next cut: %1</source>
        <translation>代价最小的下一步：%1</translation>
    </message>
    <message>
        <source>%1: %2 parameters. An analysis tells what that costs.</source>
        <translation>%1：%2 个参数。做一次分析即可知道其代价。</translation>
    </message>
    <message>
        <source>%1: %2 parameters, %3 (perplexity %4).</source>
        <translation>%1：%2 个参数，%3（困惑度 %4）。</translation>
    </message>
    <message>
        <source>&amp;Protect: nothing of it goes</source>
        <translation>保护：完全不移除(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Allow: it may go</source>
        <translation>允许：可以移除(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Leave it to the analysis</source>
        <translation>由分析决定(&amp;L)</translation>
    </message>
    <message>
        <source>Show in the &amp;graph</source>
        <translation>在图中显示(&amp;G)</translation>
    </message>
    <message>
        <source>Show what is &amp;known of it</source>
        <translation>显示对它的了解(&amp;K)</translation>
    </message>
    <message>
        <source>Show in the &amp;plan</source>
        <translation>在方案中显示(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Copy what is said of it</source>
        <translation>复制对它的说明(&amp;C)</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>What comes next</source>
        <translation>接下来要做的</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>下一步：%1</translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <translation>%1（Ctrl+%2）</translation>
    </message>
    <message>
        <source>Settings of the plan</source>
        <translation>方案的设置</translation>
    </message>
    <message>
        <source>Tar&amp;get</source>
        <translation>目标(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Schedule</source>
        <translation>进度(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Data</source>
        <translation>数据(&amp;D)</translation>
    </message>
    <message>
        <source>R&amp;un</source>
        <translation>运行(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>全部(&amp;A)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Takes back the last edit (Ctrl+Z)</source>
        <translation>撤回上一次编辑（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Does it again (Ctrl+Shift+Z)</source>
        <translation>再做一次（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Takes back: %1 (Ctrl+Z)</source>
        <translation>撤回：%1（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>载入…</translation>
    </message>
    <message>
        <source>Opens a recipe</source>
        <translation>打开配方</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Writes everything as a recipe that the command line runs too (Ctrl+S)</source>
        <translation>把全部内容写成命令行也能运行的配方（Ctrl+S）</translation>
    </message>
    <message>
        <source>Copies the command that does the same without a window</source>
        <translation>复制不开窗口完成同样操作的命令</translation>
    </message>
    <message>
        <source>Start run</source>
        <translation>开始运行</translation>
    </message>
    <message>
        <source>Starts the run with this plan (Ctrl+Return)</source>
        <translation>以此方案开始运行（Ctrl+Return）</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>已移除</translation>
    </message>
    <message>
        <source>parameters kept</source>
        <translation>保留的参数</translation>
    </message>
    <message>
        <source>weights, estimate</source>
        <translation>权重，估计</translation>
    </message>
    <message>
        <source>go</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Views of the plan</source>
        <translation>方案的视图</translation>
    </message>
    <message>
        <source>What &amp;goes</source>
        <translation>移除什么(&amp;G)</translation>
    </message>
    <message>
        <source>What it &amp;costs</source>
        <translation>代价(&amp;C)</translation>
    </message>
    <message>
        <source>What goes, block by block</source>
        <translation>各块移除的部分</translation>
    </message>
    <message>
        <source>Groups kept and removed per node group</source>
        <translation>各节点组保留和移除的组</translation>
    </message>
    <message>
        <source>Rank now</source>
        <translation>立即排序</translation>
    </message>
    <message>
        <source>Asks the method which groups it would take first from the model as it is</source>
        <translation>询问方法会从当前模型中最先移除哪些组</translation>
    </message>
    <message>
        <source>pale: goes</source>
        <translation>浅色：移除</translation>
    </message>
    <message>
        <source>hatched: protected</source>
        <translation>斜线：受保护</translation>
    </message>
    <message>
        <source>Up to %1 can be reached with these limits.</source>
        <translation>在这些限制下最多可达 %1。</translation>
    </message>
    <message>
        <source>More than these limits leave: at most %1 can go.</source>
        <translation>超出了限制所允许的：最多可移除 %1。</translation>
    </message>
    <message>
        <source>Share of all parameters, embeddings included; exact for these counts</source>
        <translation>占全部参数（含嵌入）的份额；对这些数量是精确值</translation>
    </message>
    <message>
        <source>Shares: %1 are %2 of what goes, not %3: at this ratio the steps of the units allow no closer split.</source>
        <translation>份额：%1占移除量的 %2，而不是 %3：在此比例下，各单元的步长无法更接近。</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%2 %3中的 %1</translation>
    </message>
    <message>
        <source> · run: %1</source>
        <translation> · 运行：%1</translation>
    </message>
    <message>
        <source>The run shown kept %1.</source>
        <translation>所示运行保留 %1。</translation>
    </message>
    <message>
        <source>%1 See the Data tab.</source>
        <translation>%1 见“数据”选项卡。</translation>
    </message>
    <message>
        <source>%1 And %2 more: see the Data tab.</source>
        <translation>%1 另有 %2 项：见“数据”选项卡。</translation>
    </message>
    <message>
        <source>snap to the nearest loadable plan</source>
        <translation>对齐到最近的可加载方案</translation>
    </message>
    <message>
        <source>So that %1 opens it, %2 goes instead of %3.</source>
        <translation>为使 %1 能打开，改为移除 %2 而非 %3。</translation>
    </message>
    <message>
        <source>%1 opens it now; %2 goes, as before.</source>
        <translation>%1 现在能打开；仍移除 %2。</translation>
    </message>
    <message>
        <source>Every block keeps as much as %1, which you protect.</source>
        <translation>每块都与您保护的 %1 保留同样多。</translation>
    </message>
    <message>
        <source>Undo takes it back.</source>
        <translation>“撤销”可撤回。</translation>
    </message>
    <message>
        <source>A run cannot start. %1</source>
        <translation>无法开始运行。%1</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>自选</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>%1: choose the share</source>
        <translation>%1：自选份额</translation>
    </message>
    <message>
        <source>%1: share of the removed parameters</source>
        <translation>%1：在移除参数中的份额</translation>
    </message>
    <message>
        <source>%1 may go</source>
        <translation>可移除%1</translation>
    </message>
    <message>
        <source>Keep at least</source>
        <translation>至少保留</translation>
    </message>
    <message>
        <source>In steps of</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Chosen by</source>
        <translation>选择依据</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Shares of units</source>
        <translation>各类单元的份额</translation>
    </message>
    <message>
        <source>Same counts in every block</source>
        <translation>每块数量相同</translation>
    </message>
    <message>
        <source>Respect the knowledge analysis</source>
        <translation>遵从知识分析</translation>
    </message>
    <message>
        <source>What the rules of protection cost</source>
        <translation>保护规则的代价</translation>
    </message>
    <message>
        <source>Padlocks at the right protect one node group each: click, or choose a bar and press Space.</source>
        <translation>右侧的锁保护单个节点组：点击它，或选择条后按空格键。</translation>
    </message>
    <message>
        <source>Schedule in optimizer steps</source>
        <translation>进度，以优化器步计</translation>
    </message>
    <message>
        <source>Training of the adapters</source>
        <translation>适配器的训练</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>by the model's size</source>
        <translation>按模型大小</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>蒸馏</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA 秩</translation>
    </message>
    <message>
        <source>LoRA alpha</source>
        <translation>LoRA alpha</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>检查点间隔</translation>
    </message>
    <message>
        <source>How it recovers…</source>
        <translation>如何恢复…</translation>
    </message>
    <message>
        <source>The scheme of the recovery and its settings, on the page Recover</source>
        <translation>恢复的方案及其设置，在“恢复”页</translation>
    </message>
    <message>
        <source>protect by rule: %1</source>
        <translation>按规则保护：%1</translation>
    </message>
    <message>
        <source>First and last block</source>
        <translation>首块和末块</translation>
    </message>
    <message>
        <source>All of %1</source>
        <translation>全部%1</translation>
    </message>
    <message>
        <source>Add a rule</source>
        <translation>添加规则</translation>
    </message>
    <message>
        <source>Ready rules, each one undoable edit; * stands for any characters, re: begins a regular expression, a comma the next rule</source>
        <translation>现成规则，每条都是一次可撤销的编辑；* 代表任意字符，re: 开始一个正则表达式，逗号开始下一条规则</translation>
    </message>
    <message>
        <source>A regular expression…</source>
        <translation>正则表达式…</translation>
    </message>
    <message>
        <source>%1: %2 to %3</source>
        <translation>%1：%2 至 %3</translation>
    </message>
    <message>
        <source>%1: %2, %3 … %4 and all %5</source>
        <translation>%1：%2、%3 … %4 以及全部 %5</translation>
    </message>
    <message>
        <source>Legal counts of each block: %1.</source>
        <translation>每块可用的数量：%1。</translation>
    </message>
    <message>
        <source>Loss added, the most telling first (nats per token)</source>
        <translation>损失增量，影响最大者在前（nat/词元）</translation>
    </message>
    <message>
        <source>Nothing measured yet. Analyse puts every node group at its rank, with its standard error.</source>
        <translation>尚未测量。“分析”会给出每个节点组的名次及标准误。</translation>
    </message>
    <message>
        <source>the plan keeps it whole</source>
        <translation>方案整体保留它</translation>
    </message>
    <message>
        <source>The top</source>
        <translation>前</translation>
    </message>
    <message>
        <source>Share of the node groups to protect</source>
        <translation>要保护的节点组份额</translation>
    </message>
    <message>
        <source>So many of all node groups that the analysis measures, rounded down</source>
        <translation>占分析所测全部节点组的这一份额，向下取整</translation>
    </message>
    <message>
        <source>%1, rank %2 of %3: %4</source>
        <translation>%1，名次 %3 中的 %2：%4</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%2 处 %1</translation>
    </message>
    <message>
        <source>By what is masked: %1.</source>
        <translation>按掩蔽的部分：%1。</translation>
    </message>
    <message>
        <source>Masking made nothing worse: there is nothing to rank.</source>
        <translation>掩蔽没有使任何结果变差：无从排序。</translation>
    </message>
    <message>
        <source>The first %1 of %2 make half of all the loss that was added. Choose one for its numbers.</source>
        <translation>%2 个中的前 %1 个占所增损失的一半。选择一个查看数值。</translation>
    </message>
    <message>
        <source>the top %1: %2</source>
        <translation>前 %1：%2</translation>
    </message>
    <message>
        <source>Protect the top %1</source>
        <translation>保护前 %1</translation>
    </message>
    <message>
        <source>Analyse first: the ranking must be whole</source>
        <translation>请先分析：排序必须完整</translation>
    </message>
    <message>
        <source>Less than one node group: choose a larger share</source>
        <translation>不足一个节点组：请选择更大的份额</translation>
    </message>
    <message>
        <source>You protect all of them already</source>
        <translation>您已保护了全部</translation>
    </message>
    <message>
        <source>The plan keeps 1 node group whole, in one edit that can be undone; what you protect already stays so</source>
        <translation>方案完整保留 1 个节点组，作为一次可撤销的编辑；您已保护的保持不变</translation>
    </message>
    <message>
        <source>The plan keeps %1 node groups whole, in one edit that can be undone; what you protect already stays so</source>
        <translation>方案会整体保留 %1 个节点组，作为可撤销的一次编辑；已保护的保持不变</translation>
    </message>
    <message>
        <source>rank	node group	loss added	standard error
</source>
        <translation>名次	节点组	损失增量	标准误
</translation>
    </message>
    <message>
        <source>Copy the &amp;ranking as a table</source>
        <translation>将排序复制为表格(&amp;R)</translation>
    </message>
    <message>
        <source>Copies the command that goes on with the run shown, or starts one that recovers like this, without a window</source>
        <translation>复制不开窗口继续所示运行、或开始一次同样恢复的运行的命令</translation>
    </message>
    <message>
        <source>Texts of the recovery</source>
        <translation>恢复的文本</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Phases, their rounds and the texts they read: on Plan, under Data</source>
        <translation>阶段、轮数及其读取的文本：在“方案”页的“数据”中</translation>
    </message>
    <message>
        <source>Texts of the recovery, and what was lost on each</source>
        <translation>恢复的文本，及各自的损失</translation>
    </message>
    <message>
        <source>Perplexity lost against the original</source>
        <translation>与原模型相比损失的困惑度</translation>
    </message>
    <message>
        <source>Of the held-out part of each text. The pale track: what was lost when the phase began.</source>
        <translation>按各文本留出的部分计算。浅色轨：阶段开始时的损失。</translation>
    </message>
    <message>
        <source>Round that is looked at</source>
        <translation>查看的轮次</translation>
    </message>
    <message>
        <source>The whole window looks at the step behind this round</source>
        <translation>整个窗口显示这一轮之后的那一步</translation>
    </message>
    <message>
        <source>Perplexity lost against the original, by text</source>
        <translation>各文本与原模型相比损失的困惑度</translation>
    </message>
    <message>
        <source>Nothing was measured by then.</source>
        <translation>到那时尚未测量。</translation>
    </message>
    <message>
        <source>Mix of texts</source>
        <translation>文本配比</translation>
    </message>
    <message>
        <source>step of the recovery</source>
        <translation>恢复的步</translation>
    </message>
    <message>
        <source>% of sequences</source>
        <translation>序列的 %</translation>
    </message>
    <message>
        <source>Lost, by round</source>
        <translation>各轮的损失</translation>
    </message>
    <message>
        <source>% above the original</source>
        <translation>高出原模型的 %</translation>
    </message>
    <message>
        <source>step of pruning, of the recovery</source>
        <translation>剪枝、恢复的步</translation>
    </message>
    <message>
        <source>Training loss, smoothed</source>
        <translation>训练损失，平滑后</translation>
    </message>
    <message>
        <source>each</source>
        <translation>每个</translation>
    </message>
    <message>
        <source>recovery</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Perplexity at checkpoints</source>
        <translation>各检查点的困惑度</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Perplexity of the original on what of the text is held out</source>
        <translation>原模型在该文本留出部分上的困惑度</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Perplexity of the model after the round, on the same</source>
        <translation>此轮之后模型的困惑度，同样的部分</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>配比</translation>
    </message>
    <message>
        <source>Share of the sequences in the round that follows</source>
        <translation>在下一轮序列中的份额</translation>
    </message>
    <message>
        <source>The settings below are others than those that the run shown recovers with.</source>
        <translation>下面的设置与所示运行恢复时用的不同。</translation>
    </message>
    <message>
        <source>How the next run recovers</source>
        <translation>下一次运行如何恢复</translation>
    </message>
    <message>
        <source>Views of the recovery</source>
        <translation>恢复的视图</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>配比(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Curves</source>
        <translation>曲线(&amp;C)</translation>
    </message>
    <message>
        <source>up to %1 rounds of %2 steps</source>
        <translation>最多 %1 轮，每轮 %2 步</translation>
    </message>
    <message>
        <source>In all of the text, by this model's tokenizer; a part is held out</source>
        <translation>全部文本，按此模型的分词器计；留出一部分</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>正在计数…</translation>
    </message>
    <message>
        <source>newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>%1: perplexity %2, the original %3</source>
        <translation>%1：困惑度 %2，原模型 %3</translation>
    </message>
    <message>
        <source>; %1 when the phase began</source>
        <translation>；阶段开始时 %1</translation>
    </message>
    <message>
        <source>; %1 of the mix from here</source>
        <translation>；此后占配比的 %1</translation>
    </message>
    <message>
        <source>curves of the first %1 of %2 texts</source>
        <translation>%2 个文本中前 %1 个的曲线</translation>
    </message>
    <message>
        <source>Nothing was measured by the step that is looked at.</source>
        <translation>到所查看的步为止尚未测量。</translation>
    </message>
    <message>
        <source>The run shown is not so far yet: once it has pruned, every round of the recovery appears here.</source>
        <translation>所示运行还没到这一步：剪枝之后，恢复的每一轮都会出现在这里。</translation>
    </message>
    <message>
        <source>Recovery is off: a run ends with the pruned model.</source>
        <translation>恢复已关闭：运行以剪枝后的模型结束。</translation>
    </message>
    <message>
        <source>Once a run has pruned, you see here round by round how much of each text it has lost against the original, how the mix of texts follows, and the curves of the recovery laid over those of pruning.</source>
        <translation>运行剪枝之后，您可以在这里逐轮看到每种文本与原模型相比损失了多少、文本配比如何随之变化，以及叠加在剪枝曲线上的恢复曲线。</translation>
    </message>
    <message>
        <source>Copy the whole &amp;round in words</source>
        <translation>用文字复制整轮(&amp;R)</translation>
    </message>
    <message>
        <source>Change the &amp;texts of the recovery…</source>
        <translation>更改恢复的文本(&amp;T)…</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>fresh</source>
        <translation>全新</translation>
    </message>
    <message>
        <source>those of pruning</source>
        <translation>沿用剪枝时的</translation>
    </message>
    <message>
        <source>Texts may come again</source>
        <translation>文本可重复出现</translation>
    </message>
    <message>
        <source>Train norms too</source>
        <translation>同时训练归一化层</translation>
    </message>
    <message>
        <source>Train the embedding too</source>
        <translation>同时训练嵌入</translation>
    </message>
    <message>
        <source>Recover after pruning</source>
        <translation>剪枝后恢复</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>恢复方案</translation>
    </message>
    <message>
        <source>Checkpoint to branch from</source>
        <translation>要由其分支的检查点</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>分支</translation>
    </message>
    <message>
        <source>A new run from the chosen checkpoint, with the plan as it is now</source>
        <translation>从所选检查点以当前方案开始新的运行</translation>
    </message>
    <message>
        <source>Resume run</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>Goes on from the newest checkpoint of the run shown</source>
        <translation>从所示运行的最新检查点继续</translation>
    </message>
    <message>
        <source>Stops within one step; the run can be resumed later</source>
        <translation>在一步之内停止；之后可以继续</translation>
    </message>
    <message>
        <source>One step</source>
        <translation>单步</translation>
    </message>
    <message>
        <source>Trains one step more and holds again (Ctrl+Shift+Return)</source>
        <translation>再训练一步后重新停住（Ctrl+Shift+Return）</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Holds after the present step (Ctrl+P)</source>
        <translation>在当前步之后停住（Ctrl+P）</translation>
    </message>
    <message>
        <source>Starts a new run with the present plan (Ctrl+Return)</source>
        <translation>以当前方案开始新的运行（Ctrl+Return）</translation>
    </message>
    <message>
        <source>Copies the command that goes on with the run shown, or starts one with the present plan, without a window</source>
        <translation>复制不开窗口继续所示运行、或以当前方案开始运行的命令</translation>
    </message>
    <message>
        <source>What the engine is doing</source>
        <translation>引擎正在做什么</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>运行进度</translation>
    </message>
    <message>
        <source>Views of the run</source>
        <translation>运行的视图</translation>
    </message>
    <message>
        <source>R&amp;ates and norms</source>
        <translation>学习率与范数(&amp;A)</translation>
    </message>
    <message>
        <source>Ti&amp;me and memory</source>
        <translation>时间与内存(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Half-space</source>
        <translation>半空间(&amp;H)</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>训练损失</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>each step</source>
        <translation>每一步</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>平滑后</translation>
    </message>
    <message>
        <source>parent, smoothed</source>
        <translation>父运行，平滑后</translation>
    </message>
    <message>
        <source>Groups at zero</source>
        <translation>为零的组</translation>
    </message>
    <message>
        <source>at zero</source>
        <translation>为零</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>held-out windows</source>
        <translation>留出窗口</translation>
    </message>
    <message>
        <source>kept on disk</source>
        <translation>已存盘</translation>
    </message>
    <message>
        <source>parent</source>
        <translation>父运行</translation>
    </message>
    <message>
        <source>per step</source>
        <translation>每步</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Norms of groups, summed</source>
        <translation>各组范数之和</translation>
    </message>
    <message>
        <source>norm</source>
        <translation>范数</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>before clipping</source>
        <translation>裁剪之前</translation>
    </message>
    <message>
        <source>Above the original, on the same windows</source>
        <translation>高出原模型，相同窗口上</translation>
    </message>
    <message>
        <source>at checkpoints</source>
        <translation>各检查点</translation>
    </message>
    <message>
        <source>95 % from</source>
        <translation>95 % 下限</translation>
    </message>
    <message>
        <source>95 % to</source>
        <translation>95 % 上限</translation>
    </message>
    <message>
        <source>Time of a step</source>
        <translation>每步用时</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>Memory that the process holds</source>
        <translation>进程占用的内存</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Groups kept per node group</source>
        <translation>各节点组保留的组</translation>
    </message>
    <message>
        <source>chosen, fading</source>
        <translation>已选定，正在衰减</translation>
    </message>
    <message>
        <source>Folder of the run</source>
        <translation>运行的文件夹</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>还没有运行</translation>
    </message>
    <message>
        <source>Events of the run</source>
        <translation>运行的事件</translation>
    </message>
    <message>
        <source>What the run says</source>
        <translation>运行的消息</translation>
    </message>
    <message>
        <source>&amp;Events</source>
        <translation>事件(&amp;E)</translation>
    </message>
    <message>
        <source>Te&amp;xt</source>
        <translation>文本(&amp;X)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Warning: %1</source>
        <translation>警告：%1</translation>
    </message>
    <message>
        <source>Error: %1</source>
        <translation>错误：%1</translation>
    </message>
    <message>
        <source>Groups kept at step %1</source>
        <translation>第 %1 步保留的组</translation>
    </message>
    <message>
        <source>Groups kept, block by block</source>
        <translation>各块保留的组</translation>
    </message>
    <message>
        <source>%1: %2 %3 kept, %4 at zero, %5 fading</source>
        <translation>%1：保留 %3 %2，%4 个为零，%5 个正在衰减</translation>
    </message>
    <message>
        <source>%1, on the page Compare</source>
        <translation>%1，见“对比”页</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Cancelled; can be resumed</source>
        <translation>已取消；可以继续</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1 is working on this run; you are watching. It is paused, stopped and gone on with there.</source>
        <translation>%1 正在进行此运行；您只是旁观。暂停、停止和继续要在那里进行。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Reading the run's log</source>
        <translation>正在读取运行日志</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>%1 ms a step</source>
        <translation>每步 %1 毫秒</translation>
    </message>
    <message>
        <source>slow motion</source>
        <translation>慢动作</translation>
    </message>
    <message>
        <source>stored as the original</source>
        <translation>按原模型存储</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Times one product of each kind on these threads, a fraction of a second</source>
        <translation>在这些线程上对每种乘积计时一次，不到一秒</translation>
    </message>
    <message>
        <source>Measure how fast this machine computes</source>
        <translation>测量本机的计算速度</translation>
    </message>
    <message>
        <source>Sample begins</source>
        <translation>示例开头</translation>
    </message>
    <message>
        <source>Adapters sit on</source>
        <translation>适配器位于</translation>
    </message>
    <message>
        <source>Written at the end</source>
        <translation>结束时写出</translation>
    </message>
    <message>
        <source>Measured beside perplexity</source>
        <translation>困惑度之外还测量</translation>
    </message>
    <message>
        <source>Speed, before and after</source>
        <translation>速度，前与后</translation>
    </message>
    <message>
        <source>Sample text</source>
        <translation>示例文本</translation>
    </message>
    <message>
        <source>A seed is a whole number from 0 to 18446744073709551615.</source>
        <translation>种子是 0 到 18446744073709551615 之间的整数。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>所有核心</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>算术</translation>
    </message>
    <message>
        <source>fp32</source>
        <translation>fp32</translation>
    </message>
    <message>
        <source>mixed: bf16 with fp32 sums</source>
        <translation>混合：bf16，以 fp32 求和</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>A device is cpu, cuda or cuda:N, with the number of the GPU.</source>
        <translation>设备是 cpu、cuda 或 cuda:N，N 为 GPU 编号。</translation>
    </message>
    <message>
        <source>Not measured yet whether mixed is faster here.</source>
        <translation>尚未测量混合精度在这里是否更快。</translation>
    </message>
    <message>
        <source>Measured on %1 threads: fp32 %2, bf16 %3 GFLOPS. Mixed %4.</source>
        <translation>在 %1 个线程上测得：fp32 %2，bf16 %3 GFLOPS。混合精度%4。</translation>
    </message>
    <message>
        <source>pays here</source>
        <translation>在这里划算</translation>
    </message>
    <message>
        <source>does not pay here</source>
        <translation>在这里不划算</translation>
    </message>
    <message>
        <source>A GPU can be used.</source>
        <translation>可以使用 GPU。</translation>
    </message>
    <message>
        <source>No GPU can be used.</source>
        <translation>没有可用的 GPU。</translation>
    </message>
    <message>
        <source>Adapter on %1</source>
        <translation>%1 上的适配器</translation>
    </message>
    <message>
        <source>This model has no linear called %1: the run would be refused.</source>
        <translation>此模型没有名为 %1 的线性层：运行会被拒绝。</translation>
    </message>
    <message>
        <source>At least one linear must carry an adapter, or nothing could be trained.</source>
        <translation>至少一个线性层必须带适配器，否则没有可训练的部分。</translation>
    </message>
    <message>
        <source>where adapters sit</source>
        <translation>适配器的位置</translation>
    </message>
    <message>
        <source>Exports that the run writes at its end</source>
        <translation>运行结束时写出的导出</translation>
    </message>
    <message>
        <source>export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>存储为</translation>
    </message>
    <message>
        <source>add an export</source>
        <translation>添加导出</translation>
    </message>
    <message>
        <source>the original's type</source>
        <translation>原模型的类型</translation>
    </message>
    <message>
        <source>Schedule and events of the run</source>
        <translation>运行的进度与事件</translation>
    </message>
    <message>
        <source>Step that is looked at</source>
        <translation>查看的步</translation>
    </message>
    <message>
        <source>Looks at an earlier step: groups, half-space and text as they were then
Step by step: arrow keys; from event to event: page up, page down
At the right end it goes along with the run</source>
        <translation>查看较早的步：当时的组、半空间和文本
逐步：方向键；逐事件：Page Up、Page Down
在最右端则随运行前进</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Goes along with the run again (End)</source>
        <translation>重新随运行前进（End）</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>%1 at zero</source>
        <translation>%1 个为零</translation>
    </message>
    <message>
        <source>Find runs</source>
        <translation>查找运行</translation>
    </message>
    <message>
        <source>Find: name, method, status…</source>
        <translation>查找：名称、方法、状态…</translation>
    </message>
    <message>
        <source>Only runs with this anywhere in their row</source>
        <translation>只显示行中含有此内容的运行</translation>
    </message>
    <message>
        <source>The table as it is shown, for a report</source>
        <translation>所示的表格，用于报告</translation>
    </message>
    <message>
        <source>The table as it is shown with plain numbers, for a spreadsheet</source>
        <translation>所示的表格，纯数值，供电子表格使用</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>打开运行</translation>
    </message>
    <message>
        <source>Shows the current run on the Run page (Enter)</source>
        <translation>在“运行”页显示当前运行（Enter）</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>所有运行</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>No run yet: start one on the Plan page, or open one.</source>
        <translation>还没有运行：请在“方案”页开始，或打开一次运行。</translation>
    </message>
    <message>
        <source>%1 of %2 runs</source>
        <translation>%2 次运行中的 %1 次</translation>
    </message>
    <message>
        <source>1 run</source>
        <translation>1 次运行</translation>
    </message>
    <message>
        <source>%1 runs</source>
        <translation>%1 次运行</translation>
    </message>
    <message>
        <source>Copy the folder's path</source>
        <translation>复制文件夹路径</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>排序依据</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新在前</translation>
    </message>
    <message>
        <source>Curves of the chosen runs</source>
        <translation>所选运行的曲线</translation>
    </message>
    <message>
        <source>All figures of all runs</source>
        <translation>所有运行的全部数值</translation>
    </message>
    <message>
        <source>tokens trained on</source>
        <translation>训练词元</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Runs stand here once they have measured their result.</source>
        <translation>运行测量出结果后会出现在这里。</translation>
    </message>
    <message>
        <source>&amp;Loss</source>
        <translation>损失(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Checkpoints</source>
        <translation>检查点(&amp;C)</translation>
    </message>
    <message>
        <source>All f&amp;igures</source>
        <translation>全部数值(&amp;I)</translation>
    </message>
    <message>
        <source>Measured on</source>
        <translation>测量文本</translation>
    </message>
    <message>
        <source>Text and protocol of the perplexities</source>
        <translation>困惑度的文本和协议</translation>
    </message>
    <message>
        <source>Only perplexities of one text under one protocol can be held against each other</source>
        <translation>只有同一文本、同一协议下的困惑度才能相互比较</translation>
    </message>
    <message>
        <source>Size and perplexity</source>
        <translation>大小与困惑度</translation>
    </message>
    <message>
        <source>beaten by none</source>
        <translation>无可超越</translation>
    </message>
    <message>
        <source>runs, measured</source>
        <translation>已测量的运行</translation>
    </message>
    <message>
        <source>%1: %2 parameters, perplexity %3</source>
        <translation>%1：%2 参数，困惑度 %3</translation>
    </message>
    <message>
        <source>original %1: perplexity %2</source>
        <translation>原模型 %1：困惑度 %2</translation>
    </message>
    <message>
        <source>1 run has measured nothing on this text and is not in the picture.</source>
        <translation>1 次运行没有在此文本上测量，不在图中。</translation>
    </message>
    <message>
        <source>%1 runs have measured nothing on this text and are not in the picture.</source>
        <translation>%1 次运行没有在此文本上测量，不在图中。</translation>
    </message>
    <message>
        <source>%1 asked for</source>
        <translation>要求 %1</translation>
    </message>
    <message>
        <source>Branched from %1 at step %2</source>
        <translation>在第 %2 步从 %1 分支</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1：%2 → %3</translation>
    </message>
    <message>
        <source>Per token of the original's tokenizer; %1</source>
        <translation>按原模型分词器的每词元；%1</translation>
    </message>
    <message>
        <source>Not measured on this text</source>
        <translation>未在此文本上测量</translation>
    </message>
    <message>
        <source>On a few windows of the first text: not to be held against the perplexity at the end</source>
        <translation>在第一个文本的少数窗口上：不能与结束时的困惑度比较</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Number of its curve</source>
        <translation>其曲线的编号</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>已移除</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>Best
checkpoint</source>
        <translation>最佳
检查点</translation>
    </message>
    <message>
        <source>Last
checkpoint</source>
        <translation>最后
检查点</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Branched at</source>
        <translation>分支于</translation>
    </message>
    <message>
        <source>Only what differs from the defaults</source>
        <translation>仅显示与默认值不同的</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Search names, values and help</source>
        <translation>搜索名称、值和说明</translation>
    </message>
    <message>
        <source>All settings of the recipe</source>
        <translation>配方的所有设置</translation>
    </message>
    <message>
        <source>Enter or a double click edits the value. Names are those of recipe files; bold ones differ from the default.</source>
        <translation>按 Enter 或双击可编辑值。名称与配方文件中相同；粗体表示与默认值不同。</translation>
    </message>
    <message>
        <source>Allowed: %1.</source>
        <translation>允许：%1。</translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>默认：%1。</translation>
    </message>
    <message>
        <source>Another model is opened on the Model page.</source>
        <translation>要换模型，请在“模型”页打开。</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Copy the name</source>
        <translation>复制名称</translation>
    </message>
    <message>
        <source>Copy the value</source>
        <translation>复制值</translation>
    </message>
    <message>
        <source>At this ratio</source>
        <translation>在该比例下</translation>
    </message>
    <message>
        <source>Free counts</source>
        <translation>数量自由</translation>
    </message>
    <message>
        <source>Every block loses what costs least; written as it is, with the modelling file that opens it</source>
        <translation>每块移除代价最小的部分；原样写出，并附上可打开它的建模文件</translation>
    </message>
    <message>
        <source>Equal counts</source>
        <translation>数量相同</translation>
    </message>
    <message>
        <source>Every block keeps as much: an ordinary checkpoint that stock programs open</source>
        <translation>每块保留同样多：普通程序可打开的普通检查点</translation>
    </message>
    <message>
        <source>Free, padded</source>
        <translation>自由并补零</translation>
    </message>
    <message>
        <source>Every block loses what costs least, and zeros fill all up to the largest: opens in stock programs, and is larger</source>
        <translation>每块移除代价最小的部分，再用零补齐到最大的一块：普通程序可打开，但更大</translation>
    </message>
    <message>
        <source>shape of the result: %1</source>
        <translation>结果的形状：%1</translation>
    </message>
    <message>
        <source>What the program does</source>
        <translation>本程序的用途</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Query heads</source>
        <translation>查询头</translation>
    </message>
    <message>
        <source>KV heads</source>
        <translation>KV 头</translation>
    </message>
    <message>
        <source>Queries per KV head</source>
        <translation>每个 KV 头的查询数</translation>
    </message>
    <message>
        <source>MLP neurons</source>
        <translation>MLP 神经元</translation>
    </message>
    <message>
        <source>Bundled: stories260K</source>
        <translation>自带：stories260K</translation>
    </message>
    <message>
        <source>A real trained LLaMA that tells children's stories: 260 thousand parameters, grouped-query attention, 1 MB. Everything can be tried on it in minutes.</source>
        <translation>会讲儿童故事的真实 LLaMA：26 万参数，1 MB。几分钟即可试遍一切。</translation>
    </message>
    <message>
        <source>Open the bundled model</source>
        <translation>打开自带模型</translation>
    </message>
    <message>
        <source>Opens stories260K</source>
        <translation>打开 stories260K</translation>
    </message>
    <message>
        <source>SmolLM2-135M-Instruct is on this machine too: 135 million parameters, a 98 MB GGUF file.</source>
        <translation>本机上还有 SmolLM2-135M-Instruct：1.35 亿参数，98 MB 的 GGUF 文件。</translation>
    </message>
    <message>
        <source>Open SmolLM2-135M</source>
        <translation>打开 SmolLM2-135M</translation>
    </message>
    <message>
        <source>Opens the GGUF file that get-smollm2.sh brought</source>
        <translation>打开 get-smollm2.sh 取来的 GGUF 文件</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>您自己的</translation>
    </message>
    <message>
        <source>A Hugging Face folder with config.json and model.safetensors, or a GGUF file. Or drop a model, a run folder or a recipe anywhere on this window.</source>
        <translation>Hugging Face 文件夹或 GGUF 文件。也可把模型、运行或配方拖到此窗口。</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>A model, a run or a recipe, file or folder (Ctrl+O)</source>
        <translation>模型、运行或配方，文件或文件夹（Ctrl+O）</translation>
    </message>
    <message>
        <source>Open a GGUF file…</source>
        <translation>打开 GGUF 文件…</translation>
    </message>
    <message>
        <source>A model of llama.cpp; the manual lists which (Model families)</source>
        <translation>llama.cpp 的模型；手册列出了支持哪些（模型系列）</translation>
    </message>
    <message>
        <source>Open a GGUF file</source>
        <translation>打开 GGUF 文件</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF 模型 (*.gguf)</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>Recent models</source>
        <translation>最近的模型</translation>
    </message>
    <message>
        <source>Recent runs</source>
        <translation>最近的运行</translation>
    </message>
    <message>
        <source>Make a language model smaller, and see what goes</source>
        <translation>让语言模型变小，并看到移除了什么</translation>
    </message>
    <message>
        <source>LoRAShear Studio removes whole heads and neurons from a model while it trains a small adapter, then lets the rest learn again what was lost. Nine pages, at the left:</source>
        <translation>LoRAShear Studio 一边训练小型适配器，一边从模型中移除整个注意力头和神经元，然后让其余部分重新学会失去的内容。左侧是九个页面：</translation>
    </message>
    <message>
        <source>Model: open one and look at its sizes.</source>
        <translation>模型：打开一个模型，查看其尺寸。</translation>
    </message>
    <message>
        <source>Graph: what the traced forward pass looks like, and which rows and columns must go together.</source>
        <translation>图：追踪所得的前向传播是什么样，哪些行和列必须一起移除。</translation>
    </message>
    <message>
        <source>Knowledge: measure where the model keeps what it knows; the most telling parts are protected.</source>
        <translation>知识：测量模型把知识存在哪里；影响最大的部分受到保护。</translation>
    </message>
    <message>
        <source>Plan: say how much shall go, and from where. The answer is immediate.</source>
        <translation>方案：说明移除多少、从哪里移除。立即给出答案。</translation>
    </message>
    <message>
        <source>Run: watch loss, perplexity and groups turning to zero. Pause and cancel at any time.</source>
        <translation>运行：观察损失、困惑度和逐渐归零的组。随时可以暂停或取消。</translation>
    </message>
    <message>
        <source>Compare: size, speed, perplexity and two stories side by side.</source>
        <translation>对比：大小、速度、困惑度和两段故事并列。</translation>
    </message>
    <message>
        <source>Recover: what each text lost, and how the rest learns it again.</source>
        <translation>恢复：每个文本失去了什么，其余部分如何重新学会。</translation>
    </message>
    <message>
        <source>Export: a folder that other programs load, with a certificate.</source>
        <translation>导出：其他程序可加载的文件夹，附证书。</translation>
    </message>
    <message>
        <source>Runs: every run beside every other.</source>
        <translation>运行列表：所有运行并列。</translation>
    </message>
    <message>
        <source>%1   %2</source>
        <translation>%1   %2</translation>
    </message>
    <message>
        <source>weights on disk</source>
        <translation>磁盘上的权重</translation>
    </message>
    <message>
        <source>hidden size</source>
        <translation>隐藏维度</translation>
    </message>
    <message>
        <source>vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>块数</translation>
    </message>
    <message>
        <source>Sizes of every block</source>
        <translation>各块的尺寸</translation>
    </message>
    <message>
        <source>Copies the command that prints sizes and node groups of this model</source>
        <translation>复制输出此模型尺寸和节点组的命令</translation>
    </message>
    <message>
        <source>Look at the graph</source>
        <translation>查看图</translation>
    </message>
    <message>
        <source>Goes to the Graph page (Ctrl+2)</source>
        <translation>转到“图”页（Ctrl+2）</translation>
    </message>
    <message>
        <source>%1 (gone)</source>
        <translation>%1（已不在）</translation>
    </message>
    <message>
        <source>%1 parameters, embeddings included</source>
        <translation>%1 个参数，含嵌入</translation>
    </message>
    <message>
        <source>Family %1, head size %2, up to %3 positions, stored as %4, %5 output head. Tokenizer: %6.</source>
        <translation>系列 %1，头维度 %2，最多 %3 个位置，存储为 %4，输出头%5。分词器：%6。</translation>
    </message>
    <message>
        <source>tied</source>
        <translation>与嵌入共享</translation>
    </message>
    <message>
        <source>own</source>
        <translation>独立</translation>
    </message>
    <message>
        <source>%1 Texts are chosen on the Plan page, under Data.</source>
        <translation>%1 文本在“方案”页的“数据”中选择。</translation>
    </message>
    <message>
        <source>%1 (cannot be read)</source>
        <translation>%1（无法读取）</translation>
    </message>
    <message>
        <source>%1
%2 · %3</source>
        <translation>%1
%2 · %3</translation>
    </message>
    <message>
        <source>Make a sweep</source>
        <translation>生成扫描</translation>
    </message>
    <message>
        <source>The recipe as it is now, with every method at every ratio with every seed. What is written is a bench: its table says what came of each.</source>
        <translation>按当前配方，对每种方法、每个比例、每个种子各运行一次。写出的是一个基准测试：其表格给出各项结果。</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Space ticks the current one</source>
        <translation>空格键勾选当前项</translation>
    </message>
    <message>
        <source>Removed, in per cent</source>
        <translation>移除的百分比</translation>
    </message>
    <message>
        <source>Shares of the parameters, with spaces or commas between them</source>
        <translation>占参数的份额，以空格或逗号分隔</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Whole numbers, with spaces or commas between them</source>
        <translation>整数，以空格或逗号分隔</translation>
    </message>
    <message>
        <source>&amp;Train the original as long, too</source>
        <translation>原模型也训练同样久(&amp;T)</translation>
    </message>
    <message>
        <source>Train the original as long, too</source>
        <translation>原模型也训练同样久</translation>
    </message>
    <message>
        <source>Once a seed: training on the texts helps the original as well, and pruned models are fairly held against that</source>
        <translation>每个种子一次：在这些文本上训练也会改进原模型，与之相比才公平</translation>
    </message>
    <message>
        <source>&amp;Methods</source>
        <translation>方法(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Removed, %</source>
        <translation>移除，%(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Seeds</source>
        <translation>种子(&amp;S)</translation>
    </message>
    <message>
        <source>Where spec, recipe and script are written</source>
        <translation>规格、配方和脚本写到的位置</translation>
    </message>
    <message>
        <source>Command for this machine</source>
        <translation>在本机运行的命令</translation>
    </message>
    <message>
        <source>Carries all jobs out here; the same command goes on after a stop</source>
        <translation>在本机执行所有任务；中断后用同一命令继续</translation>
    </message>
    <message>
        <source>Command for a batch system</source>
        <translation>批处理系统的命令</translation>
    </message>
    <message>
        <source>A Slurm array: each task takes jobs until none is left; all nodes must see the folder</source>
        <translation>Slurm 数组：每个任务不断领取作业直到没有剩余；所有节点都须能看到该文件夹</translation>
    </message>
    <message>
        <source>On t&amp;his machine</source>
        <translation>在本机(&amp;H)</translation>
    </message>
    <message>
        <source>By S&amp;lurm</source>
        <translation>通过 Slurm(&amp;L)</translation>
    </message>
    <message>
        <source>Co&amp;py command</source>
        <translation>复制命令(&amp;P)</translation>
    </message>
    <message>
        <source>The one for this machine, once the files are written</source>
        <translation>文件写好后，复制本机的命令</translation>
    </message>
    <message>
        <source>What was written stays (Escape)</source>
        <translation>已写出的内容保留 (Escape)</translation>
    </message>
    <message>
        <source>&amp;Write</source>
        <translation>写出(&amp;W)</translation>
    </message>
    <message>
        <source>Writes the spec, the recipe and the script, once nothing in them is refused</source>
        <translation>检查无误后写出规格、配方和脚本</translation>
    </message>
    <message>
        <source>Where to write the sweep</source>
        <translation>扫描写到哪里</translation>
    </message>
    <message>
        <source>A field of the recipe is wrong: mend it first.</source>
        <translation>配方中有一项不正确：请先改正。</translation>
    </message>
    <message>
        <source>Removed: numbers between 0 and 100, each once.</source>
        <translation>移除：0 到 100 之间的数，每个只出现一次。</translation>
    </message>
    <message>
        <source>Seeds: whole numbers from 0, each once.</source>
        <translation>种子：从 0 起的整数，每个只出现一次。</translation>
    </message>
    <message>
        <source>Tick at least one method.</source>
        <translation>请至少勾选一种方法。</translation>
    </message>
    <message>
        <source>Name a folder.</source>
        <translation>请指定文件夹。</translation>
    </message>
    <message>
        <source>%1 jobs: methods %2 × ratios %3 × seeds %4, and the original once a seed</source>
        <translation>%1 个作业：方法 %2 × 比例 %3 × 种子 %4，另加每个种子一次原模型</translation>
    </message>
    <message>
        <source>%1 jobs: methods %2 × ratios %3 × seeds %4</source>
        <translation>%1 个作业：方法 %2 × 比例 %3 × 种子 %4</translation>
    </message>
    <message>
        <source>Written: sweep.json, recipe.json and slurm-array.sh</source>
        <translation>已写出：sweep.json、recipe.json 和 slurm-array.sh</translation>
    </message>
    <message>
        <source>Sweep written to %1</source>
        <translation>扫描已写到 %1</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Unit of the size</source>
        <translation>大小的单位</translation>
    </message>
    <message>
        <source>What slider and number are in; the plan stays the same</source>
        <translation>滑块和数字所用的单位；计划不变</translation>
    </message>
    <message>
        <source>Size of the result in that unit</source>
        <translation>以该单位表示的结果大小</translation>
    </message>
    <message>
        <source>What is left, or of groups how many go; the plan that comes nearest is taken</source>
        <translation>剩下多少，对组而言则是移除多少；采用最接近的计划</translation>
    </message>
    <message>
        <source>≈: an estimate. Bytes are those of the weights in the original's type; milliseconds are the arithmetic alone, at the speed that the probe of this machine measured.</source>
        <translation>≈：估计值。字节数是权重按原类型存储的大小；毫秒数仅计算术，按本机测速所得的速度。</translation>
    </message>
    <message>
        <source>%1 removed, %2 parameters left: measured %3 ± %4, %5 against the original</source>
        <translation>移除 %1，剩余 %2 参数：实测 %3 ± %4，与原模型相比 %5</translation>
    </message>
    <message>
        <source>%1 removed, %2 parameters left: estimated %3, between %4 and %5</source>
        <translation>移除 %1，剩余 %2 参数：估计 %3，介于 %4 与 %5 之间</translation>
    </message>
    <message>
        <source>What each size costs, before any training</source>
        <translation>未经任何训练时各大小的代价</translation>
    </message>
    <message>
        <source>parameters left</source>
        <translation>剩余参数</translation>
    </message>
    <message>
        <source>estimate and its band</source>
        <translation>估计及其区间</translation>
    </message>
    <message>
        <source>original, measured</source>
        <translation>原模型，实测</translation>
    </message>
    <message>
        <source>masked, measured</source>
        <translation>掩蔽后，实测</translation>
    </message>
    <message>
        <source>Measure this plan</source>
        <translation>测量此方案</translation>
    </message>
    <message>
        <source>Masks what the plan removes and measures the loss on the analysis text</source>
        <translation>掩蔽方案要移除的部分，并在分析文本上测量损失</translation>
    </message>
    <message>
        <source>What this plan costs</source>
        <translation>此方案的代价</translation>
    </message>
    <message>
        <source>The original writes</source>
        <translation>原模型写道</translation>
    </message>
    <message>
        <source>With this plan, before any training</source>
        <translation>用此方案，未经任何训练</translation>
    </message>
    <message>
        <source>original: measured %1</source>
        <translation>原模型：实测 %1</translation>
    </message>
    <message>
        <source>The sizes are being worked out.</source>
        <translation>正在计算各种大小。</translation>
    </message>
    <message>
        <source>Dots appear as the idle engine measures. Analyse the knowledge for an estimate of every size.</source>
        <translation>引擎空闲时逐点测量。要得到各种大小的估计，请分析知识。</translation>
    </message>
    <message>
        <source>line: this plan, %1 removed</source>
        <translation>竖线：此方案，移除 %1</translation>
    </message>
    <message>
        <source>This plan is not measured yet, and there is no analysis to estimate it from.</source>
        <translation>此方案尚未测量，也没有可供估计的分析。</translation>
    </message>
    <message>
        <source>Nothing here is trained: a run trains while it prunes and recovers afterwards, so it ends better than this.</source>
        <translation>这里没有任何训练：运行会边剪枝边训练，之后再恢复，所以最终结果更好。</translation>
    </message>
    <message>
        <source>Measured on %1.</source>
        <translation>在 %1 上测量。</translation>
    </message>
    <message>
        <source>Original:</source>
        <translation>原模型：</translation>
    </message>
    <message>
        <source>This plan, untrained:</source>
        <translation>此方案，未训练：</translation>
    </message>
    <message>
        <source>size of a measured dot</source>
        <translation>一个实测点的大小</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>What analysis, plan and run say of the chosen node group</source>
        <translation>分析、方案和运行对所选节点组的说明</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Every edit since the recipe was opened; a click goes back to it</source>
        <translation>打开配方以来的每次编辑；点击即可回到该处</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>What the program has said: messages, errors, events of the run that goes on</source>
        <translation>程序说过的话：消息、错误、当前运行的事件</translation>
    </message>
    <message>
        <source>The chapter of the page that is shown</source>
        <translation>当前页面对应的章节</translation>
    </message>
    <message>
        <source>Lessons</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Tours and lessons over the window as it is</source>
        <translation>在当前窗口上进行的导览与课程</translation>
    </message>
    <message>
        <source>Edits of the recipe</source>
        <translation>配方的编辑</translation>
    </message>
    <message>
        <source>as opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <source>Nothing was changed yet.</source>
        <translation>尚无更改。</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) in force.</source>
        <translation><numerusform>%n 次编辑有效。</numerusform></translation>
    </message>
    <message>
        <source>%1 of %2 edits in force. The next edit takes the place of those below.</source>
        <translation>%2 次编辑中有 %1 次有效。下一次编辑会取代其下的编辑。</translation>
    </message>
    <message>
        <source>The disk marks what is in a file or a run.</source>
        <translation>磁盘图标标出已存入文件或运行的状态。</translation>
    </message>
    <message>
        <source>Tours and lessons</source>
        <translation>导览与课程</translation>
    </message>
    <message>
        <source>Walk through it</source>
        <translation>开始导览</translation>
    </message>
    <message>
        <source>Lights one part of the window after the other; Escape ends it</source>
        <translation>逐个点亮窗口的各部分；按 Esc 结束</translation>
    </message>
    <message>
        <source>No tours are there; the program's resources are not where it looks for them.</source>
        <translation>没有导览；程序的资源不在预期的位置。</translation>
    </message>
    <message numerus="yes">
        <source>%1 %n step(s).</source>
        <translation><numerusform>%1共 %n 步。</numerusform></translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>What the program has said</source>
        <translation>程序说过的话</translation>
    </message>
    <message>
        <source>What the log says</source>
        <translation>日志内容</translation>
    </message>
    <message>
        <source>In the manual</source>
        <translation>手册</translation>
    </message>
    <message>
        <source>Opens the manual where it explains this</source>
        <translation>打开手册中解释此问题的地方</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copies this line</source>
        <translation>复制此行</translation>
    </message>
    <message>
        <source>What the program says is kept here while the window is open.</source>
        <translation>窗口打开期间，程序说的话都留在这里。</translation>
    </message>
    <message>
        <source>The manual's chapter of the page that is shown</source>
        <translation>手册中当前页面的章节</translation>
    </message>
    <message>
        <source>All of the manual…</source>
        <translation>整本手册…</translation>
    </message>
    <message>
        <source>Opens the manual in a window of its own, where it can be searched</source>
        <translation>在单独的窗口中打开手册，可在其中搜索</translation>
    </message>
    <message>
        <source>The manual is not there; the program's resources are not where it looks for them.</source>
        <translation>找不到手册；程序的资源不在预期的位置。</translation>
    </message>
    <message>
        <source>Show in the graph</source>
        <translation>在图中显示</translation>
    </message>
    <message>
        <source>Goes to the Graph page, where its tensors and slices are listed</source>
        <translation>转到“图”页，其中列出它的张量和切片</translation>
    </message>
    <message>
        <source>Look inside</source>
        <translation>查看内部</translation>
    </message>
    <message>
        <source>Goes to the Knowledge page, where the groups inside it are drawn</source>
        <translation>转到“知识”页，其中画出它内部的各组</translation>
    </message>
    <message>
        <source>At step %1: %2 of %3 %4 kept, %5 fading.</source>
        <translation>第 %1 步：%3 个%4中保留 %2 个，%5 个正在衰减。</translation>
    </message>
    <message>
        <source>Nothing selected</source>
        <translation>未选择任何内容</translation>
    </message>
    <message>
        <source>Choose a node group in a list, in the graph or by a bar of any page.</source>
        <translation>请在列表或图中选择节点组，或点击任意页面上的条。</translation>
    </message>
    <message>
        <source>%1 %2, each %3 parameters</source>
        <translation>%1 个%2，每个 %3 个参数</translation>
    </message>
    <message>
        <source>Branch from step %1</source>
        <translation>从第 %1 步分支</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>Checkpoint of step %1: click to branch from it</source>
        <translation>第 %1 步的检查点：单击从此分支</translation>
    </message>
    <message>
        <source>%1; checkpoints to branch from, with [ and ] and Enter: steps %2</source>
        <translation>%1；可用 [、] 和 Enter 从这些检查点分支：第 %2 步</translation>
    </message>
    <message>
        <source>Zoom: wheel, + and -
Move: drag, arrow keys
See everything: double-click, 0</source>
        <translation>缩放：滚轮、+ 和 -
移动：拖动、方向键
显示全部：双击、0</translation>
    </message>
    <message>
        <source>Values under the mouse</source>
        <translation>鼠标处的数值</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Shows everything again, and new steps as they come (0)</source>
        <translation>重新显示全部，并随新步更新（0）</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Closer</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Further away</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>%1 %2, lowest %3 at step %4</source>
        <translation>%1 %2，最低 %3，位于第 %4 步</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) with a loss that is not a number</source>
        <translation><numerusform>%n 步的损失不是数值</numerusform></translation>
    </message>
    <message>
        <source>The half-space test of LHSPG: what a step makes of a group's rows is held against the rows before it.
Left of the boundary a group is set to zero at once; at the end of its period it is zero in any case.
Choose a group: click, arrow keys</source>
        <translation>LHSPG 的半空间检验：把一步之后组的各行与之前的各行对照。
位于边界左侧的组立即置零；到周期末尾它无论如何都为零。
选择组：点击、方向键</translation>
    </message>
    <message>
        <source>The group that is chosen or under the mouse</source>
        <translation>所选的或鼠标处的组</translation>
    </message>
    <message>
        <source>next rows along the present ones
(1: as long as before)</source>
        <translation>下一步的行沿当前行的分量
（1：与之前一样长）</translation>
    </message>
    <message>
        <source>norm of the next rows</source>
        <translation>下一步各行的范数</translation>
    </message>
    <message>
        <source>set to zero</source>
        <translation>置零</translation>
    </message>
    <message>
        <source>Point at a group for its values.</source>
        <translation>指向一个组以查看数值。</translation>
    </message>
    <message>
        <source>%1 groups, along the present rows from %2 to %3; boundary %4; %5 fading, %6 set to zero by the test, %7 faded out</source>
        <translation>%1 个组，沿当前行 %2 至 %3；边界 %4；%5 个在衰减，%6 个被检验置零，%7 个已衰减完</translation>
    </message>
    <message>
        <source>%1 grow back, since others go in their place</source>
        <translation>%1 个正在长回，因为由其他组代替移除</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>文字说明</translation>
    </message>
    <message>
        <source>Every line is a run, every axis a figure, the largest above
Choose a run: click, Up and Down
Open it: double-click, Enter</source>
        <translation>每条线是一次运行，每个轴是一项数值，最大值在上方
选择运行：单击、上下键
打开：双击、Enter</translation>
    </message>
    <message>
        <source>The run that is chosen or under the mouse</source>
        <translation>选中的或鼠标下的运行</translation>
    </message>
    <message>
        <source>%1 from %2 to %3</source>
        <translation>%1：从 %2 到 %3</translation>
    </message>
    <message>
        <source>Lines: %1; %2</source>
        <translation>线：%1 条；%2</translation>
    </message>
    <message>
        <source>Choose a point: click, arrow keys
Open it: double-click, Enter</source>
        <translation>选择点：点击、方向键
打开：双击、Enter</translation>
    </message>
    <message>
        <source>The point that is chosen or under the mouse</source>
        <translation>所选的或鼠标处的点</translation>
    </message>
    <message>
        <source>%1: %2 points, from %3 at %4 to %5 at %6</source>
        <translation>%1：%2 个点，从 %4 处的 %3 到 %6 处的 %5</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>点</translation>
    </message>
    <message>
        <source>at least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>至多</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>打开它</translation>
    </message>
    <message>
        <source>Keys of a command need Ctrl or Alt, or are F1 to F35: others are typed into fields.</source>
        <translation>命令的按键须含 Ctrl 或 Alt，或为 F1 至 F35：其他按键用于在字段中输入。</translation>
    </message>
    <message>
        <source>%1 already does: %2.</source>
        <translation>%1 已用于：%2。</translation>
    </message>
    <message>
        <source>%1 belongs to a page of the window and cannot be given away.</source>
        <translation>%1 属于窗口的某个页面，不能改作他用。</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Find a command or keys</source>
        <translation>查找命令或按键</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其按键</translation>
    </message>
    <message>
        <source>&amp;New keys</source>
        <translation>新按键(&amp;N)</translation>
    </message>
    <message>
        <source>New keys of the command</source>
        <translation>命令的新按键</translation>
    </message>
    <message>
        <source>Press the keys here</source>
        <translation>在此按下按键</translation>
    </message>
    <message>
        <source>&amp;Set</source>
        <translation>设置(&amp;S)</translation>
    </message>
    <message>
        <source>The command has these keys from now on</source>
        <translation>该命令从此使用这些按键</translation>
    </message>
    <message>
        <source>N&amp;o keys</source>
        <translation>无按键(&amp;O)</translation>
    </message>
    <message>
        <source>The command has none; menus and Commands… still have it</source>
        <translation>该命令没有按键；菜单和“命令…”中仍有它</translation>
    </message>
    <message>
        <source>&amp;Default</source>
        <translation>默认(&amp;D)</translation>
    </message>
    <message>
        <source>The keys that the command had at first</source>
        <translation>该命令最初的按键</translation>
    </message>
    <message>
        <source>&amp;All defaults</source>
        <translation>全部默认(&amp;A)</translation>
    </message>
    <message>
        <source>The keys that all commands had at first</source>
        <translation>所有命令最初的按键</translation>
    </message>
    <message>
        <source>Changes are kept already (Escape)</source>
        <translation>更改已保存 (Escape)</translation>
    </message>
    <message>
        <source>&amp;Set, and take them away there</source>
        <translation>设置并从那里移走(&amp;S)</translation>
    </message>
    <message>
        <source>Interactive structured pruning of language models.</source>
        <translation>语言模型的交互式结构化剪枝。</translation>
    </message>
    <message>
        <source>a model folder, a run folder or a recipe</source>
        <translation>模型文件夹、运行文件夹或配方</translation>
    </message>
    <message>
        <source>page shown at the start</source>
        <translation>启动时显示的页面</translation>
    </message>
    <message>
        <source>workspace of this start, one of %1</source>
        <translation>本次启动的工作区，可选 %1</translation>
    </message>
    <message>
        <source>system, light, dark or contrast</source>
        <translation>system、light、dark 或 contrast</translation>
    </message>
    <message>
        <source>system, %1, or pseudo (to test translations)</source>
        <translation>system、%1 或 pseudo（用于测试翻译）</translation>
    </message>
    <message>
        <source>large type and a projector's colours from the start (View, Presentation mode)</source>
        <translation>启动即用大字号和投影仪配色（视图，演示模式）</translation>
    </message>
    <message>
        <source>start the run once the model is open</source>
        <translation>模型打开后立即开始运行</translation>
    </message>
    <message>
        <source>leave aside what earlier sessions remembered (size, panels, appearance, recent files) and remember nothing</source>
        <translation>不用以前会话记住的内容（大小、面板、外观、最近文件），也不记住任何内容</translation>
    </message>
    <message>
        <source>leave after the window was painted once, with PATH opened in it (to measure start-up)</source>
        <translation>窗口绘制一次（并在其中打开 PATH）后退出（用于测量启动时间）</translation>
    </message>
    <message>
        <source>lorashear-studio --help lists what there is.</source>
        <translation>lorashear-studio --help 列出所有可用的值。</translation>
    </message>
    <message>
        <source>command line</source>
        <translation>命令行</translation>
    </message>
    <message>
        <source>is no option of lorashear-studio</source>
        <translation>不是 lorashear-studio 的选项</translation>
    </message>
    <message>
        <source>is one word too many: the window opens one PATH</source>
        <translation>多了一个词：窗口只打开一个 PATH</translation>
    </message>
    <message>
        <source>Put a name with spaces in quotes.</source>
        <translation>带空格的名称请加引号。</translation>
    </message>
    <message>
        <source>is "%1", allowed is %2</source>
        <translation>为“%1”，允许的是 %2</translation>
    </message>
    <message>
        <source>there is no display to open a window on</source>
        <translation>没有可以打开窗口的显示器</translation>
    </message>
    <message>
        <source>Start it from a desktop (DISPLAY or WAYLAND_DISPLAY says where one is); lorashear --help lists what the command line does without one.</source>
        <translation>请从桌面启动（DISPLAY 或 WAYLAND_DISPLAY 指明桌面在哪里）；lorashear --help 列出命令行无需桌面就能做的事。</translation>
    </message>
    <message>
        <source>recover on another text</source>
        <translation>改用另一文本恢复</translation>
    </message>
    <message>
        <source>Open a model; the bundled one will do.</source>
        <translation>请打开模型；自带的就可以。</translation>
    </message>
    <message>
        <source>Choose a block, an operator or a tensor that can be cut.</source>
        <translation>请选择可切除的块、算子或张量。</translation>
    </message>
    <message>
        <source>Measure this plan.</source>
        <translation>请测量此方案。</translation>
    </message>
    <message>
        <source>Start the run.</source>
        <translation>请开始运行。</translation>
    </message>
    <message>
        <source>Wait until the run has ended.</source>
        <translation>请等到运行结束。</translation>
    </message>
    <message>
        <source>Let the recovery read another text.</source>
        <translation>请让恢复读取另一文本。</translation>
    </message>
    <message>
        <source>Start the second run.</source>
        <translation>请开始第二次运行。</translation>
    </message>
    <message>
        <source>Wait until the second run has ended.</source>
        <translation>请等到第二次运行结束。</translation>
    </message>
    <message>
        <source>(not known yet)</source>
        <translation>（尚未知）</translation>
    </message>
    <message>
        <source>The step before (Left arrow)</source>
        <translation>上一步（左方向键）</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>The next step (Right arrow)</source>
        <translation>下一步（右方向键）</translation>
    </message>
    <message>
        <source>Do it for me</source>
        <translation>替我做</translation>
    </message>
    <message>
        <source>The window does what the step asks for</source>
        <translation>窗口完成这一步所要求的操作</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>结束导览</translation>
    </message>
    <message>
        <source>Leaves the tour; page, selection and plan become what they were (Escape)</source>
        <translation>离开导览；页面、选择和方案恢复原状（Esc）</translation>
    </message>
    <message>
        <source>✓ %1</source>
        <translation>✓ %1</translation>
    </message>
    <message>
        <source>→ %1</source>
        <translation>→ %1</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>what the tour changed</source>
        <translation>导览所做的更改</translation>
    </message>
    <message>
        <source>The plan is as it was before the tour; Redo brings its edits back (%1).</source>
        <translation>方案已回到导览之前；“重做”（%1）可找回其编辑。</translation>
    </message>
    <message>
        <source>%1 · %2 of %3</source>
        <translation>%1 · %2 / %3</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>非数值</translation>
    </message>
    <message>
        <source>infinite</source>
        <translation>无穷大</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分</translation>
    </message>
    <message>
        <source>cut at once</source>
        <translation>一次切除后</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>恢复后</translation>
    </message>
    <message>
        <source>original, same training</source>
        <translation>原模型，同样的训练</translation>
    </message>
    <message>
        <source>Opening the model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Tracing</source>
        <translation>追踪</translation>
    </message>
    <message>
        <source>Measuring the original</source>
        <translation>测量原模型</translation>
    </message>
    <message>
        <source>Measuring knowledge</source>
        <translation>测量知识</translation>
    </message>
    <message>
        <source>Planning</source>
        <translation>制定方案</translation>
    </message>
    <message>
        <source>Cutting what goes at once</source>
        <translation>一次性切除</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Making the compact model</source>
        <translation>生成紧凑模型</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Training the original as long</source>
        <translation>正在以同样的训练量训练原模型</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;High contrast, light on black</source>
        <translation>高对比度，黑底白字(&amp;H)</translation>
    </message>
    <message>
        <source>Respect the analysis</source>
        <translation>遵从分析</translation>
    </message>
    <message>
        <source>What the analysis marks stays whole, and blocks may differ; can be undone</source>
        <translation>分析标记的部分整体保留，各块可以不同；可以撤销</translation>
    </message>
    <message>
        <source>respect the analysis</source>
        <translation>遵从分析</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s), from %1 (%2) to %3 (%4)</source>
        <translation><numerusform>%n 行，从 %1（%2）到 %3（%4）</numerusform></translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>On its way, or forecast</source>
        <translation>进行中，或预测</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>离散度</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>总数</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>The recipe is saved as %1. Copied: %2</source>
        <translation>配方已保存为 %1。已复制：%2</translation>
    </message>
    <message>
        <source>this page</source>
        <translation>此页</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>要做什么</translation>
    </message>
    <message>
        <source>Type a part of what you want to do</source>
        <translation>输入您想做的事的一部分</translation>
    </message>
    <message>
        <source>What can be done now</source>
        <translation>现在可以做的事</translation>
    </message>
    <message>
        <source>%1   (%2)</source>
        <translation>%1   (%2)</translation>
    </message>
    <message>
        <source>Copies this message</source>
        <translation>复制此消息</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>隐藏此消息</translation>
    </message>
    <message>
        <source>%1 groups, saliency from %2 (group %3) to %4 (group %5); %6 of them go</source>
        <translation>%1 个组，显著性从 %2（组 %3）到 %4（组 %5）；移除其中 %6 个</translation>
    </message>
    <message>
        <source>Rank, 1 goes first</source>
        <translation>名次，1 最先移除</translation>
    </message>
    <message>
        <source>Goes</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>%1 of %2 are measured, from %3 (%4) to %5 (%6); %7 are kept whole</source>
        <translation>%2 个中已测量 %1 个，从 %3（%4）到 %5（%6）；%7 个整体保留</translation>
    </message>
    <message>
        <source>Standard error</source>
        <translation>标准误</translation>
    </message>
    <message>
        <source>Kept whole</source>
        <translation>整体保留</translation>
    </message>
    <message>
        <source>%1 to %2 %3: %4 of %5</source>
        <translation>%1 至 %2 %3：%5 个中的 %4 个</translation>
    </message>
    <message>
        <source>%1 values in %2 bins; most of them in one: %3</source>
        <translation>%1 个值分入 %2 个区间；最多的区间为 %3</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>个数</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Adds a %1 (Insert)</source>
        <translation>添加%1（Insert）</translation>
    </message>
    <message>
        <source>Takes the chosen %1 out of the list (Delete)</source>
        <translation>从列表中移除所选%1（Delete）</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Moves the chosen %1 up (Alt+Up)</source>
        <translation>上移所选%1（Alt+Up）</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Moves the chosen %1 down (Alt+Down)</source>
        <translation>下移所选%1（Alt+Down）</translation>
    </message>
    <message>
        <source>remove a %1</source>
        <translation>移除%1</translation>
    </message>
    <message>
        <source>order of %1s</source>
        <translation>%1的次序</translation>
    </message>
    <message>
        <source>Arrow keys move it</source>
        <translation>用方向键移动</translation>
    </message>
    <message>
        <source>Drag, or press the arrow keys</source>
        <translation>拖动，或按方向键</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>opens it</source>
        <translation>能打开</translation>
    </message>
    <message>
        <source>opens it with our modelling file</source>
        <translation>用我们的建模文件能打开</translation>
    </message>
    <message>
        <source>does not open it</source>
        <translation>打不开</translation>
    </message>
    <message>
        <source>Changes the plan to the nearest one that this program opens as it is; can be undone</source>
        <translation>把方案改为此程序能直接打开的最近方案；可以撤销</translation>
    </message>
    <message>
        <source>Change to the nearest plan that opens</source>
        <translation>改为最近的可打开方案</translation>
    </message>
    <message>
        <source>Program whose rule is shown</source>
        <translation>显示其规则的程序</translation>
    </message>
    <message>
        <source>Programs that do not open the result as it is, and those with something to note</source>
        <translation>不能直接打开结果的程序，以及有注意事项的程序</translation>
    </message>
    <message>
        <source>Every program in the list opens what this plan leaves.</source>
        <translation>列表中的每个程序都能打开此方案的结果。</translation>
    </message>
    <message>
        <source>Snap to %1</source>
        <translation>对齐到 %1</translation>
    </message>
    <message>
        <source>Programs that open the result</source>
        <translation>能打开结果的程序</translation>
    </message>
    <message>
        <source>Pruning method</source>
        <translation>剪枝方法</translation>
    </message>
    <message>
        <source>How groups are chosen and brought to zero</source>
        <translation>如何选择组并使其归零</translation>
    </message>
    <message>
        <source>Scheme of recovery</source>
        <translation>恢复方案</translation>
    </message>
    <message>
        <source>How recovery goes about its phases</source>
        <translation>恢复如何进行各阶段</translation>
    </message>
    <message>
        <source>names, with commas between them</source>
        <translation>名称，以逗号分隔</translation>
    </message>
    <message>
        <source>Copy this row</source>
        <translation>复制此行</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>复制表格</translation>
    </message>
    <message>
        <source>%1 values, from %2 down to %3</source>
        <translation>%1 个值，从 %2 降至 %3</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>rank 1</source>
        <translation>名次 1</translation>
    </message>
    <message>
        <source>Not taken: this %1.</source>
        <translation>未采用：此值%1。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Forgets this work; the model, its runs and saved files stay</source>
        <translation>忘掉这些工作；模型、其运行和已存文件保留</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后</translation>
    </message>
    <message>
        <source>Asks again at the next start</source>
        <translation>下次启动时再问</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Opens it as it was; Undo takes the edits back</source>
        <translation>按原样打开；“撤销”可撤回编辑</translation>
    </message>
    <message>
        <source>Drag: %1, now %2. %3</source>
        <translation>拖动：%1，现为 %2。%3</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>needs an earlier step</source>
        <translation>需要先完成前面的步骤</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>needs attention</source>
        <translation>需要注意</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 个线程</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 个线程</translation>
    </message>
    <message>
        <source>Threads that the engine computes with; cores of this machine: %1. Set on the Plan page, under Run.</source>
        <translation>引擎计算所用的线程数；本机核心数：%1。在“方案”页的“运行”下设置。</translation>
    </message>
    <message>
        <source>Memory that the program holds, with the engine and the files that it has mapped. Measured every two seconds.</source>
        <translation>程序占用的内存，含引擎及其映射的文件。每两秒测量一次。</translation>
    </message>
    <message>
        <source>Memory that the program holds, with the engine and the files that it has mapped, of what the machine could give it: %1 are free. Measured every two seconds.</source>
        <translation>程序占用的内存（含引擎及其映射的文件），相对于机器可提供的内存：空闲 %1。每两秒测量一次。</translation>
    </message>
    <message>
        <source>Texts (*.txt *.jsonl *.json *.raw *.tokens);;All files (*)</source>
        <translation>文本 (*.txt *.jsonl *.json *.raw *.tokens);;所有文件 (*)</translation>
    </message>
    <message>
        <source>no file yet</source>
        <translation>还没有文件</translation>
    </message>
    <message>
        <source>%1, not there</source>
        <translation>%1，不存在</translation>
    </message>
    <message>
        <source>Looks for the text file</source>
        <translation>查找文本文件</translation>
    </message>
    <message>
        <source>Give it a name, for tables and charts.</source>
        <translation>请命名，供表格和图表使用。</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>窗口数</translation>
    </message>
    <message>
        <source>Behind the first</source>
        <translation>跳过前</translation>
    </message>
    <message>
        <source>none skipped</source>
        <translation>不跳过</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>步幅</translation>
    </message>
    <message>
        <source>no overlap</source>
        <translation>不重叠</translation>
    </message>
    <message>
        <source>Windows begin with BOS</source>
        <translation>窗口以 BOS 开头</translation>
    </message>
    <message>
        <source>by its ending</source>
        <translation>按扩展名</translation>
    </message>
    <message>
        <source>text, documents apart by blank lines</source>
        <translation>文本，文档以空行分隔</translation>
    </message>
    <message>
        <source>JSON lines with "text"</source>
        <translation>含 "text" 的 JSON 行</translation>
    </message>
    <message>
        <source>Alpaca instructions (JSON)</source>
        <translation>Alpaca 指令 (JSON)</translation>
    </message>
    <message>
        <source>Give it a name, for charts and events.</source>
        <translation>请命名，供图表和事件使用。</translation>
    </message>
    <message>
        <source>Another text of this list is called %1.</source>
        <translation>此列表中另一文本名为 %1。</translation>
    </message>
    <message>
        <source>As %1: %2</source>
        <translation>作为%1：%2</translation>
    </message>
    <message>
        <source>kind of text file</source>
        <translation>文本文件的种类</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>%1: %2 steps</source>
        <translation>%1：%2 步</translation>
    </message>
    <message>
        <source>%1 steps in all</source>
        <translation>共 %1 步</translation>
    </message>
    <message>
        <source>End of %1, step %2: Up and Down move it</source>
        <translation>%1 结束，第 %2 步：用上下键移动</translation>
    </message>
    <message>
        <source>Step %1: %2</source>
        <translation>第 %1 步：%2</translation>
    </message>
    <message>
        <source>End of %1, step %2.</source>
        <translation>%1 结束，第 %2 步。</translation>
    </message>
    <message>
        <source>%1: %2 steps, to step %3</source>
        <translation>%1：%2 步，到第 %3 步</translation>
    </message>
    <message>
        <source>No steps yet</source>
        <translation>还没有步</translation>
    </message>
    <message>
        <source>token %1 “%2”: %3 nats from the original</source>
        <translation>词元 %1“%2”：与原模型相差 %3 nat</translation>
    </message>
    <message>
        <source>%1; the first that differs</source>
        <translation>%1；第一个不同之处</translation>
    </message>
    <message>
        <source>token	text	KL from the original, nats</source>
        <translation>词元	文本	与原模型的 KL，nat</translation>
    </message>
    <message>
        <source>Copy as a table</source>
        <translation>复制为表格</translation>
    </message>
    <message>
        <source>&amp;Workspace</source>
        <translation>工作区(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Reset this workspace</source>
        <translation>重置此工作区(&amp;R)</translation>
    </message>
    <message>
        <source>Panels stand where they stood at first, for every size of the window</source>
        <translation>对窗口的各种大小，面板都回到最初的位置</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>面板(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Next: page, panels, messages, stages</source>
        <translation>下一个：页面、面板、消息、阶段(&amp;N)</translation>
    </message>
    <message>
        <source>Pre&amp;vious</source>
        <translation>上一个(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Move the panel with the keyboard</source>
        <translation>用键盘移动面板(&amp;M)</translation>
    </message>
    <message>
        <source>Put the keyboard into a panel first: F6 goes from one to the next.</source>
        <translation>请先把键盘焦点放入面板：F6 可逐个切换。</translation>
    </message>
    <message>
        <source>To the &amp;left</source>
        <translation>移到左侧(&amp;L)</translation>
    </message>
    <message>
        <source>To the &amp;right</source>
        <translation>移到右侧(&amp;R)</translation>
    </message>
    <message>
        <source>To the &amp;bottom</source>
        <translation>移到底部(&amp;B)</translation>
    </message>
    <message>
        <source>Into a &amp;window of its own</source>
        <translation>移到单独的窗口(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Close it</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Inspect</source>
        <translation>查看(&amp;I)</translation>
    </message>
    <message>
        <source>To look into a model: the graph, and beside every page what is known of the chosen node group</source>
        <translation>查看模型内部：图，以及每页旁边关于所选节点组的已知信息</translation>
    </message>
    <message>
        <source>&amp;Teach</source>
        <translation>教学(&amp;T)</translation>
    </message>
    <message>
        <source>For a lesson: larger type, the lessons and the manual's chapter beside every page</source>
        <translation>用于上课：较大的文字，每页旁边有课程和手册的章节</translation>
    </message>
    <message>
        <source>T&amp;une</source>
        <translation>调整(&amp;U)</translation>
    </message>
    <message>
        <source>To find the settings of a run: the plan, the history of its edits, the log below</source>
        <translation>寻找运行的设置：方案、其编辑历史，下方是日志</translation>
    </message>
    <message>
        <source>Panels behind each other</source>
        <translation>层叠的面板</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV 组</translation>
    </message>
    <message>
        <source>query heads</source>
        <translation>查询头</translation>
    </message>
    <message>
        <source>neurons</source>
        <translation>神经元</translation>
    </message>
    <message>
        <source>experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>KV group</source>
        <translation>KV 组</translation>
    </message>
    <message>
        <source>A key/value head with the query heads that read it.</source>
        <translation>一个键/值头，连同读取它的查询头。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint where every layer keeps equally many; otherwise GGUF or our modelling file.</source>
        <translation>每层保留数量相同时为普通检查点；否则为 GGUF 或我们的建模文件。</translation>
    </message>
    <message>
        <source>MLP</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>neuron</source>
        <translation>神经元</translation>
    </message>
    <message>
        <source>A neuron of the feed-forward part, or of one of its experts.</source>
        <translation>前馈部分（或其某个专家）的一个神经元。</translation>
    </message>
    <message>
        <source>query head</source>
        <translation>查询头</translation>
    </message>
    <message>
        <source>The same query heads of all KV groups of a layer: keys and values stay.</source>
        <translation>一层中所有 KV 组的相同查询头：键和值保留。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint where every layer keeps equally many; otherwise our modelling file.</source>
        <translation>每层保留数量相同时为普通检查点；否则为我们的建模文件。</translation>
    </message>
    <message>
        <source>contribution</source>
        <translation>贡献</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>expert</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>An expert of a routed MLP with its row of the router; as many as a token uses stay in any case.</source>
        <translation>带路由的 MLP 的一个专家及其在路由器中的行；词元所用的数量无论如何都保留。</translation>
    </message>
    <message>
        <source>usage</source>
        <translation>使用率</translation>
    </message>
    <message>
        <source>Hidden width</source>
        <translation>隐藏维度</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>A channel of the residual stream, in the whole network at once.</source>
        <translation>残差流的一个通道，在整个网络中同时移除。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint; norms carry the correction. Only models with root-mean-square norms.</source>
        <translation>普通检查点；由归一化层承担校正。仅限使用均方根归一化的模型。</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Whole decoder blocks: the residual stream passes by.</source>
        <translation>整个解码器块：残差流绕行而过。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint with fewer layers.</source>
        <translation>普通检查点，层数更少。</translation>
    </message>
    <message>
        <source>influence</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>贪心</translation>
    </message>
    <message>
        <source>Attention sub-layers</source>
        <translation>注意力子层</translation>
    </message>
    <message>
        <source>attention sub-layer</source>
        <translation>注意力子层</translation>
    </message>
    <message>
        <source>attention sub-layers</source>
        <translation>注意力子层</translation>
    </message>
    <message>
        <source>The attention of a block with its norms: the block keeps its MLP and needs no KV cache.</source>
        <translation>块的注意力及其归一化层：块保留 MLP，且不需要 KV 缓存。</translation>
    </message>
    <message>
        <source>GGUF or our modelling file.</source>
        <translation>GGUF 或我们的建模文件。</translation>
    </message>
    <message>
        <source>MLP sub-layers</source>
        <translation>MLP 子层</translation>
    </message>
    <message>
        <source>MLP sub-layer</source>
        <translation>MLP 子层</translation>
    </message>
    <message>
        <source>The MLP of a block with its norms: the block keeps its attention.</source>
        <translation>块的 MLP 及其归一化层：块保留注意力。</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>token</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>A row of embedding and head with its token; bytes, special tokens and what other tokens are made from stay.</source>
        <translation>嵌入和输出头的一行及其词元；字节、特殊词元以及其他词元的组成部分保留。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint with a smaller tokenizer.</source>
        <translation>普通检查点，分词器更小。</translation>
    </message>
    <message>
        <source>frequency</source>
        <translation>频率</translation>
    </message>
    <message>
        <source>Even</source>
        <translation>均等</translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Hugging Face 文件夹</translation>
    </message>
    <message>
        <source>An ordinary checkpoint that stock programs open; needs equal layers and a head count that they allow.</source>
        <translation>通用程序可打开的普通检查点；要求各层相同，且头数符合其要求。</translation>
    </message>
    <message>
        <source>For everything that reads Hugging Face checkpoints, where all layers keep equally many heads and neurons.</source>
        <translation>供一切读取 Hugging Face 检查点的程序使用，前提是各层的头和神经元数量相同。</translation>
    </message>
    <message>
        <source>transformers, vLLM, PEFT</source>
        <translation>transformers、vLLM、PEFT</translation>
    </message>
    <message>
        <source>Hugging Face folder with modelling file</source>
        <translation>Hugging Face 文件夹，含建模文件</translation>
    </message>
    <message>
        <source>Layers of any size; transformers opens it with trust_remote_code=True.</source>
        <translation>各层大小不限；transformers 以 trust_remote_code=True 打开。</translation>
    </message>
    <message>
        <source>For layers of different sizes where code beside the weights is acceptable: the whole saving is there.</source>
        <translation>用于各层大小不同、且可以接受权重旁附带代码的情形：全部节省都保留。</translation>
    </message>
    <message>
        <source>transformers with our modelling file</source>
        <translation>transformers（用我们的建模文件）</translation>
    </message>
    <message>
        <source>Padded to equal layers</source>
        <translation>填充为相同的层</translation>
    </message>
    <message>
        <source>Zeros fill every layer up to the largest one: an ordinary checkpoint that computes exactly the same, less of it saved.</source>
        <translation>用零把每层填充到最大层的大小：计算完全相同的普通检查点，节省较少。</translation>
    </message>
    <message>
        <source>For layers of different sizes that stock programs shall open: what zeros fill up is not saved.</source>
        <translation>用于各层大小不同、且要由通用程序打开的情形：用零填充的部分不节省。</translation>
    </message>
    <message>
        <source>Factored linears merged</source>
        <translation>合并分解的线性层</translation>
    </message>
    <message>
        <source>Linears that two thin ones stand for are multiplied out, as large as before factoring, and padded: an ordinary checkpoint.</source>
        <translation>把由两个瘦矩阵代替的线性层乘回，与分解前一样大，并加填充：普通检查点。</translation>
    </message>
    <message>
        <source>For results with low-rank linears that stock programs shall open; rounding the products costs a little, which is measured.</source>
        <translation>用于含低秩线性层、且要由通用程序打开的结果；乘积的舍入会有少许损失，并会测量。</translation>
    </message>
    <message>
        <source>The original's shapes</source>
        <translation>原模型的形状</translation>
    </message>
    <message>
        <source>What was pruned is zero, nothing is saved: the reference that every other export must agree with.</source>
        <translation>剪去的部分为零，没有任何节省：其他所有导出都必须与之一致的基准。</translation>
    </message>
    <message>
        <source>For programs that insist on the original's shapes, and for comparing.</source>
        <translation>供必须使用原模型形状的程序使用，也用于比较。</translation>
    </message>
    <message>
        <source>whatever opens the original</source>
        <translation>能打开原模型的程序</translation>
    </message>
    <message>
        <source>GGUF file</source>
        <translation>GGUF 文件</translation>
    </message>
    <message>
        <source>One file for llama.cpp and what is built on it, tokenizer inside, down to four bits a weight.</source>
        <translation>供 llama.cpp 及基于它的程序使用的单个文件，内含分词器，每权重可低至四比特。</translation>
    </message>
    <message>
        <source>For running it on a laptop or a phone; quantised as it is written.</source>
        <translation>用于在笔记本电脑或手机上运行；写入时即量化。</translation>
    </message>
    <message>
        <source>llama.cpp and what is built on it</source>
        <translation>llama.cpp 以及以它为基础的程序</translation>
    </message>
    <message>
        <source>LoRAShear folder</source>
        <translation>LoRAShear 文件夹</translation>
    </message>
    <message>
        <source>As it is, for this program: any family, any shape.</source>
        <translation>照原样，供本程序使用：任何系列、任何形状。</translation>
    </message>
    <message>
        <source>For going on here: pruning again, comparing, exporting later.</source>
        <translation>用于在此继续：再次剪枝、比较、以后再导出。</translation>
    </message>
    <message>
        <source>Free text.</source>
        <translation>自由文本。</translation>
    </message>
    <message>
        <source>Hugging Face folder or GGUF file of the model, relative to the recipe's folder or absolute.</source>
        <translation>模型的 Hugging Face 文件夹或 GGUF 文件，相对于配方所在文件夹或绝对路径。</translation>
    </message>
    <message>
        <source>Folder of a PEFT LoRA adapter that is merged into the model first; empty: none.</source>
        <translation>先合并到模型中的 PEFT LoRA 适配器文件夹；空：无。</translation>
    </message>
    <message>
        <source>SHA-256 of weights, config and adapter; empty: not checked (older recipes: of the weights alone). A run writes it into its own copy of the recipe.</source>
        <translation>权重、配置和适配器的 SHA-256；空：不检查（旧配方：仅权重）。运行会把它写入自己的配方副本。</translation>
    </message>
    <message>
        <source>Rank of every adapter. From instructions alone adapters of any rank learn how answers begin and sound: knowledge takes texts.</source>
        <translation>每个适配器的秩。仅凭指令数据，任何秩的适配器学到的都只是回答如何开头、用什么语气；知识要靠文本。</translation>
    </message>
    <message>
        <source>The adapter's output is scaled by alpha / rank.</source>
        <translation>适配器的输出按 alpha / 秩 缩放。</translation>
    </message>
    <message>
        <source>Probability that an input of the adapter is dropped in training.</source>
        <translation>训练时适配器的输入被丢弃的概率。</translation>
    </message>
    <message>
        <source>Scale by alpha / sqrt(rank) instead (rsLoRA).</source>
        <translation>改按 alpha / sqrt(秩) 缩放（rsLoRA）。</translation>
    </message>
    <message>
        <source>Last part of the linears' names ("q_proj"); empty: every linear of the blocks.</source>
        <translation>线性层名称的最后部分（"q_proj"）；空：各块的所有线性层。</translation>
    </message>
    <message>
        <source>Measure how knowledge is spread over the node groups before planning.</source>
        <translation>在制定方案前测量知识如何分布于各节点组。</translation>
    </message>
    <message>
        <source>Shares of each node group that are masked; their effects are averaged.</source>
        <translation>每个节点组被掩蔽的份额；其影响取平均。</translation>
    </message>
    <message>
        <source>Saliency that says which groups a probe masks, the least salient first.</source>
        <translation>决定探测时掩蔽哪些组的显著性，显著性最低者优先。</translation>
    </message>
    <message>
        <source>Share of node groups with the most knowledge that is not pruned.</source>
        <translation>知识最多、不予剪枝的节点组份额。</translation>
    </message>
    <message>
        <source>0: every node group is measured on every window. From a half on: on no more windows once its place is settled at this confidence, that is, whether it belongs to the share that is not pruned, to the first fifth and to the last; each comparison is made at that confidence, by differences window by window, after every four windows.</source>
        <translation>0：每个节点组都在全部窗口上测量。不小于 0.5 时：节点组的名次一旦以此置信度确定（是否属于不剪枝的那一部分、最前五分之一和最后五分之一），就不再在更多窗口上测量。每次比较都按此置信度进行，逐窗口求差，每四个窗口判断一次。</translation>
    </message>
    <message>
        <source>Name in tables and events.</source>
        <translation>表格和事件中的名称。</translation>
    </message>
    <message>
        <source>Text file, relative to the recipe's folder or absolute.</source>
        <translation>文本文件，相对于配方所在文件夹或绝对路径。</translation>
    </message>
    <message>
        <source>Length of one window, the BOS token included; at most the model's context.</source>
        <translation>一个窗口的长度，含 BOS 词元；至多为模型的上下文长度。</translation>
    </message>
    <message>
        <source>Distance of two windows' beginnings; 0: no overlap.</source>
        <translation>两个窗口起点的距离；0：不重叠。</translation>
    </message>
    <message>
        <source>How many windows from the beginning, or behind those skipped; 0: all.</source>
        <translation>从开头（或跳过的窗口之后）取多少个窗口；0：全部。</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Windows at the beginning that are left out: settings chosen on the first are reported on the next.</source>
        <translation>开头略去的窗口：在前面的窗口上选定的设置，在后面的窗口上报告。</translation>
    </message>
    <message>
        <source>Whether every window begins with the BOS token, where the tokenizer has one.</source>
        <translation>在分词器有 BOS 词元时，每个窗口是否以它开头。</translation>
    </message>
    <message>
        <source>Remove anything at all; false: the original is only trained, to hold pruned models against it.</source>
        <translation>是否移除任何部分；false：只训练原模型，供剪枝后的模型对照。</translation>
    </message>
    <message>
        <source>Removed parameters over all parameters of the original, embeddings included.</source>
        <translation>移除的参数占原模型全部参数（含嵌入）的比例。</translation>
    </message>
    <message>
        <source>Takes part in this plan.</source>
        <translation>参与此方案。</translation>
    </message>
    <message>
        <source>So many stay at least in every layer.</source>
        <translation>每层至少保留这么多。</translation>
    </message>
    <message>
        <source>Kept counts are a multiple of it.</source>
        <translation>保留的数量是它的倍数。</translation>
    </message>
    <message>
        <source>Share of all removed parameters; null: what units with a share leave, one common fraction of the others.</source>
        <translation>在全部移除参数中的份额；null：其他指定份额的单元所剩下的，未指定者按同一比例分担。</translation>
    </message>
    <message>
        <source>With uniform: how many every layer keeps exactly, the others make up the ratio; null: as the ratio asks.</source>
        <translation>各层数量相同时：每层恰好保留多少，其余由其他单元补足比例；null：按比例要求。</translation>
    </message>
    <message>
        <source>How many stay exactly, the others make up the ratio; null: as the ratio asks.</source>
        <translation>恰好保留多少，其余由其他单元补足比例；null：按比例要求。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. contribution: Mean square of what the heads add to the residual stream.</source>
        <translation>决定移除哪些的依据，在校准文本上测量。contribution（贡献）：各头加到残差流中的量的均方。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. usage: Share of the tokens that choose the expert. contribution: Mean square, over all tokens, of what the expert says where it is chosen.</source>
        <translation>决定移除哪些的依据，在校准文本上测量。usage（使用率）：选择该专家的词元份额。contribution（贡献）：被选中处专家输出的均方，对所有词元计。</translation>
    </message>
    <message>
        <source>So many stay at least.</source>
        <translation>至少保留这么多。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. activation: Mean absolute output of the norms in that channel (Minitron).</source>
        <translation>决定移除哪些的依据，在校准文本上测量。activation（激活）：该通道中归一化层输出的平均绝对值（Minitron）。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. influence: Angle between what goes in and what comes out (ShortGPT): the smallest goes first. perplexity: Loss of the model without it: what raises it least goes first. greedy: As perplexity, but measured again after every one that goes (SLEB).</source>
        <translation>决定移除哪些的依据，在校准文本上测量。influence（影响）：输入与输出之间的夹角（ShortGPT），最小者先移除。perplexity（困惑度）：去掉它后模型的损失，上升最少者先移除。greedy（贪心）：同困惑度，但每移除一个后重新测量（SLEB）。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. perplexity: Loss of the model without it: what raises it least goes first. greedy: As perplexity, but measured again after every one that goes (SLEB). influence: Angle between what goes in and what comes out (ShortGPT): the smallest goes first.</source>
        <translation>依据什么决定移除哪些，在校准文本上测量。perplexity：没有它时模型的损失，使损失上升最少的先移除。greedy：同 perplexity，但每移除一个后重新测量（SLEB）。influence：输入与输出之间的夹角（ShortGPT），最小的先移除。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. frequency: How often the training and calibration texts use the token.</source>
        <translation>决定移除哪些的依据，在校准文本上测量。frequency（频率）：训练和校准文本使用该词元的次数。</translation>
    </message>
    <message>
        <source>How units without a share of their own divide the ratio. even: each loses the same fraction of its own (of the heads, of the neurons, ...); what one cannot lose, the others do. measured: step by step to the unit whose next things raise the loss on calibration text least.</source>
        <translation>没有自定份额的单元如何分担比例。even（均等）：各自失去相同比例（头、神经元等）；某个单元无法再失去的部分由其他单元承担。measured（实测）：逐步分给接下来移除时校准文本损失上升最少的单元。</translation>
    </message>
    <message>
        <source>Equal counts in every layer: an ordinary checkpoint, where the heads that stay divide the hidden size too (lorashear loadable --snap).</source>
        <translation>每层数量相同：若保留的头数还能整除隐藏维度，则得到普通检查点（lorashear loadable --snap）。</translation>
    </message>
    <message>
        <source>Patterns of node groups that are not pruned ("layers.0.*").</source>
        <translation>不剪枝的节点组的模式（"layers.0.*"）。</translation>
    </message>
    <message>
        <source>Patterns of node groups that may be pruned although the analysis marked them.</source>
        <translation>即使分析标记也可剪枝的节点组的模式。</translation>
    </message>
    <message>
        <source>Respect the marks of the analysis.</source>
        <translation>遵从分析的标记。</translation>
    </message>
    <message>
        <source>The pruning method.</source>
        <translation>剪枝方法。</translation>
    </message>
    <message>
        <source>Training of the adapters before the first groups are picked.</source>
        <translation>选定第一批组之前适配器的训练。</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Number of times that groups are picked and shrunk to zero.</source>
        <translation>选定组并使其缩减到零的次数。</translation>
    </message>
    <message>
        <source>periods</source>
        <translation>周期</translation>
    </message>
    <message>
        <source>Training steps over which a period's groups fade.</source>
        <translation>一个周期的组衰减所用的训练步数。</translation>
    </message>
    <message>
        <source>Half-space test: a fading group goes at once when its next rows point less than this along the present ones; 0: no group goes before its time (by the letter: only one whose rows turn back).</source>
        <translation>半空间检验：衰减中的组，其下一步的行沿当前行的分量小于此值时立即移除；0：任何组都不提前移除（严格按论文：只有行已反向的组）。</translation>
    </message>
    <message>
        <source>So many times the groups of a period start to fade; half-way the half-space test decides: those whose rows point least along what they were go on to zero, the others grow back. 1: who is picked goes.</source>
        <translation>一个周期开始衰减的组是移除数的这么多倍；中途由半空间检验决定：其行与原来方向最不一致的继续到零，其余重新长回。1：选定者即移除。</translation>
    </message>
    <message>
        <source>How Eq. 2 of the paper is carried out: by scales on the rows and adapters (base weights stay), or by its letter on fp32 copies of the weights.</source>
        <translation>如何实现论文的式 2：用行和适配器上的缩放系数（基础权重不变），或严格按式在权重的 fp32 副本上进行。</translation>
    </message>
    <message>
        <source>Whether live adapters are merged into fp32 copies of the weights when a period ends.</source>
        <translation>周期结束时是否把活动的适配器并入权重的 fp32 副本。</translation>
    </message>
    <message>
        <source>Again: every period ranks the groups on the model as it then is. Dense: they are ranked once, on the model as it was before the first step, and each period takes the next of that order.</source>
        <translation>again（重新）：每个周期按当时的模型对组排序。dense（原样）：在第一步之前的模型上排序一次，每个周期依次取后面的组。</translation>
    </message>
    <message>
        <source>Whose inputs and outputs compensation goes by: those of the model as it is, or of the model as it was before the first step.</source>
        <translation>补偿依据谁的输入和输出：当前模型的，或第一步之前的模型的。</translation>
    </message>
    <message>
        <source>When compensation is written into the consumers: in equal parts while groups fade, or when they are zero.</source>
        <translation>补偿何时写入使用者：在组衰减时分等份写入，或在其归零时写入。</translation>
    </message>
    <message>
        <source>Whether the linears that lost inputs are fitted, block by block, to what they gave out before the first step: never, after every period, or after the last.</source>
        <translation>是否逐块把失去输入的线性层拟合到第一步之前的输出：从不、每个周期之后、或最后一个周期之后。</translation>
    </message>
    <message>
        <source>What ranks the groups, lowest first: the expected rise of the loss after the best repair (curvature), the weighted mix of LoRA proxies below, or one proxy alone.</source>
        <translation>按什么对组排序，最低者优先：最佳修复后损失的预期上升（curvature，曲率）、下面各 LoRA 代理指标的加权混合（mix），或单独一个代理指标。</translation>
    </message>
    <message>
        <source>Weights of the proxies when saliency is "mix"; those left out count 0.</source>
        <translation>saliency 为 "mix" 时各代理指标的权重；略去者计为 0。</translation>
    </message>
    <message>
        <source>Training sequences, spread over the texts, that every pick's saliencies and compensation look at; 0: a third of what training reads until the next pick, at least 16 and at most 64 (one-shot: 64).</source>
        <translation>每次选定时显著性和补偿所看的训练序列，分布于各文本；0：到下次选定为止训练所读的三分之一，至少 16，至多 64（one-shot：64）。</translation>
    </message>
    <message>
        <source>sequences</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>With curvature: a selection is made in so many parts, each ranked after the repair of those before.</source>
        <translation>使用 curvature 时：一次选定分为这么多部分，每部分在前面部分修复之后排序。</translation>
    </message>
    <message>
        <source>rounds</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Whether the columns that stay take over what a dying group gave, by least squares on the calibration inputs.</source>
        <translation>保留的列是否按校准输入上的最小二乘接过消失的组原来给出的内容。</translation>
    </message>
    <message>
        <source>Ridge of that least squares, as a share of the inputs' mean square.</source>
        <translation>该最小二乘的岭系数，为输入均方的份额。</translation>
    </message>
    <message>
        <source>Steps over which the learning rate rises to its full value.</source>
        <translation>学习率升至满值所用的步数。</translation>
    </message>
    <message>
        <source>Steps of Adam for every attention and every MLP that lost groups; all of them together cost about as many training steps with distillation. 0: none.</source>
        <translation>对每个失去组的注意力和 MLP 进行的 Adam 步数；全部加起来约相当于同样多的蒸馏训练步。0：不做。</translation>
    </message>
    <message>
        <source>How far a step moves a weight, as a share of its matrix's root mean square; falls along half a cosine.</source>
        <translation>一步移动权重的幅度，为其矩阵均方根的份额；沿半个余弦下降。</translation>
    </message>
    <message>
        <source>What the sub-blocks read meanwhile. dense: what they read before the method began, each for itself. own: what the blocks before them, reconstructed already, give out.</source>
        <translation>子块此时读取什么。dense（原样）：方法开始前各自读取的内容。own（自身）：前面已重建的块给出的内容。</translation>
    </message>
    <message>
        <source>Training sequences, spread over the texts, whose outputs are to be met.</source>
        <translation>要拟合其输出的训练序列，分布于各文本。</translation>
    </message>
    <message>
        <source>Name in charts and events.</source>
        <translation>图表和事件中的名称。</translation>
    </message>
    <message>
        <source>File, relative to the recipe's folder or absolute.</source>
        <translation>文件，相对于配方所在文件夹或绝对路径。</translation>
    </message>
    <message>
        <source>How the file is read; auto goes by its ending (.txt, .jsonl, .json).</source>
        <translation>如何读取文件；auto 按扩展名（.txt、.jsonl、.json）。</translation>
    </message>
    <message>
        <source>AdamW's learning rate after warm-up; null: by the model's size, 0.01 * (260,000 / parameters)^0.45 between 0.0001 and 0.01 (0.01 was best for stories260K, 0.0001 is usual at 7B). A run writes the number into its own copy of the recipe.</source>
        <translation>预热后 AdamW 的学习率；null：按模型大小，0.01 * (260,000 / 参数数)^0.45，介于 0.0001 与 0.01 之间（0.01 最适合 stories260K，7B 通常用 0.0001）。运行会把数值写入自己的配方副本。</translation>
    </message>
    <message>
        <source>Sequences in one step.</source>
        <translation>一步中的序列数。</translation>
    </message>
    <message>
        <source>Length of one sequence, the BOS token included; at most the model's context.</source>
        <translation>一个序列的长度，含 BOS 词元；至多为模型的上下文长度。</translation>
    </message>
    <message>
        <source>Weight of the KL divergence from the dense model in the loss.</source>
        <translation>损失中与原（稠密）模型的 KL 散度的权重。</translation>
    </message>
    <message>
        <source>Only paragraphs of more tokens are kept, cleaned of irregular characters, as in the paper (64); 0: all, as they are.</source>
        <translation>只保留词元数超过它的段落，并清除不规则字符，如论文所述（64）；0：全部照原样。</translation>
    </message>
    <message>
        <source>Train the compact model after pruning.</source>
        <translation>剪枝后训练紧凑模型。</translation>
    </message>
    <message>
        <source>Name of the phase, e.g. pretraining or instruct.</source>
        <translation>阶段的名称，例如 pretraining 或 instruct。</translation>
    </message>
    <message>
        <source>Rounds at most; fewer when the loss stops falling.</source>
        <translation>最多轮数；损失不再下降时更少。</translation>
    </message>
    <message>
        <source>Optimizer steps between two evaluations.</source>
        <translation>两次评估之间的优化器步数。</translation>
    </message>
    <message>
        <source>Highest learning rate of a phase; null: by the model's size, as in training.</source>
        <translation>一个阶段的最高学习率；null：按模型大小，同训练。</translation>
    </message>
    <message>
        <source>How recovery goes about its phases.</source>
        <translation>恢复如何进行各阶段。</translation>
    </message>
    <message>
        <source>How a source's loss becomes its share of the next round.</source>
        <translation>来源的损失如何变为其下一轮的份额。</translation>
    </message>
    <message>
        <source>Part of the shares that is always spread evenly.</source>
        <translation>始终均匀分配的份额部分。</translation>
    </message>
    <message>
        <source>Of the softmax weighting.</source>
        <translation>softmax 加权的温度。</translation>
    </message>
    <message>
        <source>Rounds without gain before a phase ends.</source>
        <translation>阶段结束前没有改进的轮数。</translation>
    </message>
    <message>
        <source>Relative fall of the mean loss that counts as a gain.</source>
        <translation>算作改进的平均损失相对下降。</translation>
    </message>
    <message>
        <source>Of each source, kept apart from all training: at most so many, and at most a fifth.</source>
        <translation>每个来源中与所有训练分开留出的数量：至多这么多，且至多五分之一。</translation>
    </message>
    <message>
        <source>Go through the texts again once they are used up; otherwise the phase ends there, and no document is used twice. Few instructions gone over again and again teach their wording, not more skill.</source>
        <translation>文本用完后重新使用；否则阶段到此结束，任何文档都不使用两次。反复使用少量指令只会教其措辞，不会增加能力。</translation>
    </message>
    <message>
        <source>What the first phase trains. fresh: new adapters on the pruned model, whose weights hold those of pruning. continue: those of pruning, further; schemes that train something else begin afresh.</source>
        <translation>第一阶段训练什么。fresh（全新）：在剪枝后的模型上使用新适配器，剪枝时的已并入其权重。continue（沿用）：继续训练剪枝时的适配器；训练其他内容的方案则重新开始。</translation>
    </message>
    <message>
        <source>What the learning rate does. fresh: rises to a constant while pruning, then rises and falls along half a cosine in every phase. continue: one cosine from the first step of pruning to the last of recovery (of pruning, where none follows); what begins with fresh adapters still rises.</source>
        <translation>学习率如何变化。fresh（全新）：剪枝时升至恒定，随后每个阶段先升后沿半个余弦下降。continue（沿用）：从剪枝的第一步到恢复的最后一步（没有恢复时到剪枝结束）为一条余弦；以全新适配器开始者仍会上升。</translation>
    </message>
    <message>
        <source>Train the gains and biases of all norms beside the adapters. What is learned is no adapter alone then, and none is kept for export.</source>
        <translation>除适配器外，同时训练所有归一化层的增益和偏置。这样学到的就不只是适配器，也不会为导出保留适配器。</translation>
    </message>
    <message>
        <source>Train the word embedding, and the head, beside the adapters: for texts with other words than the model knows. Holds a step's logits in memory at once, and 20 bytes for each weight. As with norms, no adapter is kept for export.</source>
        <translation>除适配器外，同时训练词嵌入和输出头：用于用词与模型所知不同的文本。一步的 logits 须一次全部放在内存中，每个权重另需 20 字节。与归一化层一样，不会为导出保留适配器。</translation>
    </message>
    <message>
        <source>A published protocol, whose windows and BOS take the place of those of all texts, and whose way with BOS before questions; none: as the texts say. Numbers compare within one only.</source>
        <translation>已发表的协议，其窗口和 BOS 取代所有文本的设置，其在题目前加 BOS 的做法也一并采用；none（无）：按各文本。只有同一协议内的数值才能比较。</translation>
    </message>
    <message>
        <source>Folder of zero-shot task files; empty: none.</source>
        <translation>零样本任务文件的文件夹；空：无。</translation>
    </message>
    <message>
        <source>Per task; 0: all.</source>
        <translation>每个任务；0：全部。</translation>
    </message>
    <message>
        <source>questions</source>
        <translation>题</translation>
    </message>
    <message>
        <source>Measure prefill and decode speed.</source>
        <translation>测量预填充和解码速度。</translation>
    </message>
    <message>
        <source>Train the original too, once the result is measured: nothing removed, on as many tokens as pruning and recovery together, by the same recovery and seed; and measure it. What the texts teach by themselves can be told from what pruning costs then. Takes about as long as the run's training.</source>
        <translation>测得结果之后，也训练原模型并加以测量：不移除任何部分，词元数与剪枝和恢复合计相同，恢复方案与种子也相同。这样就能分清哪些来自文本本身，哪些是剪枝的代价。耗时与本次运行的训练大致相当。</translation>
    </message>
    <message>
        <source>Beginning of the sample texts.</source>
        <translation>示例文本的开头。</translation>
    </message>
    <message>
        <source>Length of the sample texts; 0: none.</source>
        <translation>示例文本的长度；0：无。</translation>
    </message>
    <message>
        <source>File format of the result.</source>
        <translation>结果的文件格式。</translation>
    </message>
    <message>
        <source>Storage type; source: as the original.</source>
        <translation>存储类型；source：与原模型相同。</translation>
    </message>
    <message>
        <source>Seed of every random stream.</source>
        <translation>所有随机流的种子。</translation>
    </message>
    <message>
        <source>Threads of the arithmetic; 0: all cores. Results repeat to the bit for the same number.</source>
        <translation>运算的线程数；0：所有核心。线程数相同时结果逐位一致。</translation>
    </message>
    <message>
        <source>mixed: products with frozen weights in bf16 with fp32 sums; takes 4 bytes more for each weight of a small model.</source>
        <translation>mixed（混合）：与冻结权重的乘积用 bf16，以 fp32 求和；小模型的每个权重多占 4 字节。</translation>
    </message>
    <message>
        <source>cpu, cuda or cuda:N.</source>
        <translation>cpu、cuda 或 cuda:N。</translation>
    </message>
    <message>
        <source>Optimizer steps between two checkpoints.</source>
        <translation>两个检查点之间的优化器步数。</translation>
    </message>
    <message>
        <source>Max rounds</source>
        <translation>最大轮数</translation>
    </message>
    <message>
        <source>LHSPG (LoRAShear)</source>
        <translation>LHSPG（LoRAShear）</translation>
    </message>
    <message>
        <source>Groups fade to exact zero period by period while the adapters learn to do without them (paper section 3.3).</source>
        <translation>组逐周期衰减到恰好为零，同时适配器学会没有它们也行（论文 3.3 节）。</translation>
    </message>
    <message>
        <source>Warmup steps</source>
        <translation>预热步数</translation>
    </message>
    <message>
        <source>Periods</source>
        <translation>周期数</translation>
    </message>
    <message>
        <source>Period steps</source>
        <translation>周期步数</translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation>Epsilon</translation>
    </message>
    <message>
        <source>Over selection</source>
        <translation>超选倍数</translation>
    </message>
    <message>
        <source>Realisation</source>
        <translation>实现方式</translation>
    </message>
    <message>
        <source>Row scale</source>
        <translation>行缩放</translation>
    </message>
    <message>
        <source>Literal</source>
        <translation>严格按式</translation>
    </message>
    <message>
        <source>Merge periods</source>
        <translation>周期末合并</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>排序时机</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>重新</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>Repair from</source>
        <translation>修复依据</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Repair at</source>
        <translation>修复时机</translation>
    </message>
    <message>
        <source>Fading</source>
        <translation>衰减时</translation>
    </message>
    <message>
        <source>Death</source>
        <translation>归零时</translation>
    </message>
    <message>
        <source>Refit</source>
        <translation>重新拟合</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束时</translation>
    </message>
    <message>
        <source>Curvature</source>
        <translation>曲率</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>幅值</translation>
    </message>
    <message>
        <source>Avg magnitude</source>
        <translation>平均幅值</translation>
    </message>
    <message>
        <source>Cosine similarity</source>
        <translation>余弦相似度</translation>
    </message>
    <message>
        <source>Taylor first order</source>
        <translation>一阶泰勒</translation>
    </message>
    <message>
        <source>Taylor second order</source>
        <translation>二阶泰勒</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>Activation square</source>
        <translation>激活平方</translation>
    </message>
    <message>
        <source>Gate taylor</source>
        <translation>门控泰勒</translation>
    </message>
    <message>
        <source>Fisher</source>
        <translation>Fisher</translation>
    </message>
    <message>
        <source>Calibration sequences</source>
        <translation>校准序列</translation>
    </message>
    <message>
        <source>Ranking rounds</source>
        <translation>排序轮数</translation>
    </message>
    <message>
        <source>Compensation</source>
        <translation>补偿</translation>
    </message>
    <message>
        <source>Damping</source>
        <translation>阻尼</translation>
    </message>
    <message>
        <source>Rate warmup</source>
        <translation>学习率预热</translation>
    </message>
    <message>
        <source>warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>period</source>
        <translation>周期</translation>
    </message>
    <message>
        <source>One shot</source>
        <translation>一次性</translation>
    </message>
    <message>
        <source>All groups are picked and zeroed at once after a warm-up; what other structured pruners do, for comparison.</source>
        <translation>预热后一次选定并置零所有组；其他结构化剪枝的做法，供比较。</translation>
    </message>
    <message>
        <source>Training of the adapters before the groups are picked and zeroed at once.</source>
        <translation>选定组并一次置零之前适配器的训练。</translation>
    </message>
    <message>
        <source>Settle steps</source>
        <translation>稳定步数</translation>
    </message>
    <message>
        <source>Training after the cut, before the model is compacted.</source>
        <translation>切除之后、生成紧凑模型之前的训练。</translation>
    </message>
    <message>
        <source>settling</source>
        <translation>稳定</translation>
    </message>
    <message>
        <source>LoRAPrune</source>
        <translation>LoRAPrune</translation>
    </message>
    <message>
        <source>Groups are ranked by the gradients that training the adapters computes anyway, and go a few at a time along a cubic schedule.</source>
        <translation>按训练适配器时本就计算的梯度对组排序，沿三次曲线逐步移除。</translation>
    </message>
    <message>
        <source>Training before the first groups go; importance is averaged from the first step on. The original has a tenth of all steps.</source>
        <translation>第一批组移除之前的训练；重要性从第一步起取平均。原论文取全部步数的十分之一。</translation>
    </message>
    <message>
        <source>Prune steps</source>
        <translation>剪枝步数</translation>
    </message>
    <message>
        <source>Training steps over which the removed share rises from nothing to the plan's along 1 - (1 - t)^3: fast at first.</source>
        <translation>移除份额从零沿 1 - (1 - t)^3 升至方案值所用的训练步数：开始时快。</translation>
    </message>
    <message>
        <source>Training after the last groups have gone.</source>
        <translation>最后一批组移除之后的训练。</translation>
    </message>
    <message>
        <source>Refresh steps</source>
        <translation>刷新步数</translation>
    </message>
    <message>
        <source>Steps between two selections; the last is always made at the end, so that the plan is met exactly.</source>
        <translation>两次选定之间的步数；最后一次总在结束时进行，以精确满足方案。</translation>
    </message>
    <message>
        <source>Decay</source>
        <translation>衰减系数</translation>
    </message>
    <message>
        <source>Of the moving average over importances: what a step leaves of the average before it.</source>
        <translation>重要性滑动平均的系数：一步之后，之前的平均保留多少。</translation>
    </message>
    <message>
        <source>Sheared-LLaMA (frozen base)</source>
        <translation>Sheared-LLaMA（冻结基础权重）</translation>
    </message>
    <message>
        <source>Every group gets a random gate that is learnt together with the adapters; Lagrange multipliers bring the expected number of closed gates to the plan's. Then the least open ones are closed for good.</source>
        <translation>每个组有一个随机门控，与适配器一起学习；拉格朗日乘子使预期关闭的门控数达到方案值。最后把开得最小的永久关闭。</translation>
    </message>
    <message>
        <source>Gate steps</source>
        <translation>门控步数</translation>
    </message>
    <message>
        <source>Training of gates and adapters together. The original has 3,200; below about 100 the gates hardly get to know anything.</source>
        <translation>门控与适配器一起训练。原论文取 3,200；少于约 100 时门控几乎学不到什么。</translation>
    </message>
    <message>
        <source>Training after the gates have been decided.</source>
        <translation>门控决定之后的训练。</translation>
    </message>
    <message>
        <source>Gate rate</source>
        <translation>门控学习率</translation>
    </message>
    <message>
        <source>Adam's rate for the gates: how far log alpha, between -4.6 and 4.6, moves in a step. The original has 1, Compresso 0.1.</source>
        <translation>门控的 Adam 学习率：一步中 log alpha（介于 -4.6 与 4.6）移动多远。原论文取 1，Compresso 取 0.1。</translation>
    </message>
    <message>
        <source>Multiplier rate</source>
        <translation>乘子学习率</translation>
    </message>
    <message>
        <source>Adam's rate for the multipliers, upwards. The original has 1; larger ones meet the target sooner and drown the loss.</source>
        <translation>乘子的 Adam 学习率，向上。原论文取 1；更大者更早达到目标，但会淹没损失。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>初值</translation>
    </message>
    <message>
        <source>Log alpha at the beginning. At 3 a gate is closed with a chance of 1 in 100; the original's 5 is cut to 4.6.</source>
        <translation>开始时的 log alpha。为 3 时门控关闭的概率是百分之一；原论文的 5 被截为 4.6。</translation>
    </message>
    <message>
        <source>Ramp</source>
        <translation>爬升</translation>
    </message>
    <message>
        <source>Share of the gate steps over which the target rises from nothing to the plan's.</source>
        <translation>目标从零升至方案值所占的门控步数份额。</translation>
    </message>
    <message>
        <source>Steps over which the adapters' learning rate rises to its full value.</source>
        <translation>适配器的学习率升至满值所用的步数。</translation>
    </message>
    <message>
        <source>gates</source>
        <translation>门控</translation>
    </message>
    <message>
        <source>Policy gradient</source>
        <translation>策略梯度</translation>
    </message>
    <message>
        <source>Searches which groups to keep with forward passes alone: models are drawn at random, and what they lose moves the probability of every group. With thousands of groups it needs thousands of steps, but it can minimise what has no gradient.</source>
        <translation>只用前向传播搜索保留哪些组：随机抽取模型，其损失改变每个组的概率。有数千个组时需要数千步，但可以最小化没有梯度的目标。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Batches of the search; each is looked at by every model of its pairs. The original has 15,000.</source>
        <translation>搜索的批次数；每批都由其各对模型查看。原论文取 15,000。</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Models drawn for a batch, two at a time: one, and its mirror image, which keeps where the other is likely to drop.</source>
        <translation>每批抽取的模型对数：一个，及其镜像，后者保留前者可能舍去的部分。</translation>
    </message>
    <message>
        <source>pairs</source>
        <translation>对</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>What is minimised: the loss on the text; the divergence from what the whole model says (varies less from batch to batch); the share of tokens, or of whole responses of instruction data, that are not predicted right.</source>
        <translation>最小化什么：文本上的损失；与完整模型输出的散度（批次间波动较小）；预测不正确的词元份额，或指令数据中整个回答不正确的份额。</translation>
    </message>
    <message>
        <source>Nll</source>
        <translation>负对数似然</translation>
    </message>
    <message>
        <source>Kl</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>Wrong tokens</source>
        <translation>错误词元</translation>
    </message>
    <message>
        <source>Wrong answers</source>
        <translation>错误回答</translation>
    </message>
    <message>
        <source>What the probabilities begin with: all alike, or by this proxy, standardised within every node group.</source>
        <translation>概率的初值：全部相同，或按此代理指标，在每个节点组内标准化。</translation>
    </message>
    <message>
        <source>Training sequences, spread over the texts, that the beginning looks at.</source>
        <translation>初值所看的训练序列，分布于各文本。</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Step of the probabilities, in units of the losses' usual distance from their average; falls to 0 along a cosine. Not the recipe's learning rate, which is that of settling.</source>
        <translation>概率的步长，以损失与其平均的通常距离为单位；沿余弦降至 0。不是配方的学习率，后者用于稳定训练。</translation>
    </message>
    <message>
        <source>Baseline decay</source>
        <translation>基线衰减</translation>
    </message>
    <message>
        <source>Of the moving averages of losses, and of their distance from it, over the batches before.</source>
        <translation>损失的滑动平均及其偏离程度的系数，对之前各批次计。</translation>
    </message>
    <message>
        <source>Exploration</source>
        <translation>探索</translation>
    </message>
    <message>
        <source>Probabilities keep this distance from 0 and 1, so that nothing is decided before the end; less where the plan needs it.</source>
        <translation>概率与 0 和 1 保持此距离，使结束之前无所定论；方案需要时更小。</translation>
    </message>
    <message>
        <source>Preconditioned</source>
        <translation>预条件</translation>
    </message>
    <message>
        <source>Whether every coordinate is multiplied by its standard deviation, as in the original; without it the estimate is the plain gradient, which is wild near 0 and 1.</source>
        <translation>是否像原论文那样将每个坐标乘以其标准差；不乘时估计为普通梯度，在 0 和 1 附近波动剧烈。</translation>
    </message>
    <message>
        <source>Training of the adapters after the groups have gone.</source>
        <translation>组移除之后适配器的训练。</translation>
    </message>
    <message>
        <source>Steps of settling over which the learning rate rises to its full value.</source>
        <translation>稳定训练中学习率升至满值所用的步数。</translation>
    </message>
    <message>
        <source>search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>LLM-Pruner</source>
        <translation>LLM-Pruner</translation>
    </message>
    <message>
        <source>Groups go whose weights, by the loss's gradients on a few sequences, matter least; then training makes good.</source>
        <translation>移除按少量序列上损失的梯度衡量权重最不重要的组；然后由训练弥补。</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>What a weight w with gradient g is worth. First: |w g|. Second: w^2 F, F the mean over sequences of g^2. Mixed: |w g - w^2 F / 2|. Vector: w g, added up over a row or column before the sign is dropped. L1, l2: its size. Random: by lot.</source>
        <translation>梯度为 g 的权重 w 的价值。First（一阶）：|w g|。Second（二阶）：w^2 F，F 为各序列 g^2 的均值。Mixed（混合）：|w g - w^2 F / 2|。Vector（向量）：w g，先对行或列求和再去符号。L1、l2：其大小。Random（随机）：抽签。</translation>
    </message>
    <message>
        <source>First</source>
        <translation>一阶</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>二阶</translation>
    </message>
    <message>
        <source>Mixed</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>Vector</source>
        <translation>向量</translation>
    </message>
    <message>
        <source>L1</source>
        <translation>L1</translation>
    </message>
    <message>
        <source>L2</source>
        <translation>L2</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Aggregation</source>
        <translation>聚合</translation>
    </message>
    <message>
        <source>How the scores of a group's parts (rows of q, k, v and columns of o; rows of gate and up, columns of down) become one; first, second and last let that part speak for all.</source>
        <translation>组的各部分（q、k、v 的行和 o 的列；gate 和 up 的行、down 的列）的评分如何合为一个；first、second 和 last 由该部分代表全部。</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>求和</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>Prod</source>
        <translation>乘积</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最后</translation>
    </message>
    <message>
        <source>Training sequences, drawn by the run's seed, that scores and compensation look at.</source>
        <translation>评分和补偿所看的训练序列，按运行的种子抽取。</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Local: every block loses the same share of each kind. Global: scores of all blocks are compared as they are. Standardised: after each block's were brought to mean 0 and variance 1. How many go in all is the plan's matter.</source>
        <translation>Local（局部）：每块每类损失相同份额。Global（全局）：各块的评分原样比较。Standardised（标准化）：各块的评分先化为均值 0、方差 1。总共移除多少由方案决定。</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>局部</translation>
    </message>
    <message>
        <source>Global</source>
        <translation>全局</translation>
    </message>
    <message>
        <source>Standardised</source>
        <translation>标准化</translation>
    </message>
    <message>
        <source>Keep first blocks</source>
        <translation>保留开头块数</translation>
    </message>
    <message>
        <source>So many blocks at the beginning stay whole; the others lose what the plan wants.</source>
        <translation>开头这么多块整体保留；其余按方案要求损失。</translation>
    </message>
    <message>
        <source>Keep last blocks</source>
        <translation>保留末尾块数</translation>
    </message>
    <message>
        <source>The same at the end.</source>
        <translation>末尾同样。</translation>
    </message>
    <message>
        <source>How linears make good for inputs that go. Bias: their mean becomes a bias (FLAP); where the model has no place for one, least squares. Scale: each output gets the factor that fits best, and a bias where there is a place (SlimLLM). Least squares: the other inputs take over what they can.</source>
        <translation>线性层如何弥补消失的输入。Bias（偏置）：其均值成为偏置（FLAP）；模型没有偏置处则用最小二乘。Scale（缩放）：每个输出取最合适的系数，有偏置处再加偏置（SlimLLM）。Least squares（最小二乘）：其他输入尽量接替。</translation>
    </message>
    <message>
        <source>Bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Least squares</source>
        <translation>最小二乘</translation>
    </message>
    <message>
        <source>Ridge of least squares, as a share of the inputs' mean square.</source>
        <translation>最小二乘的岭系数，为输入均方的份额。</translation>
    </message>
    <message>
        <source>Training of the adapters before groups are scored and zeroed.</source>
        <translation>对组评分并置零之前适配器的训练。</translation>
    </message>
    <message>
        <source>Cuts</source>
        <translation>切除次数</translation>
    </message>
    <message>
        <source>Groups go in so many equal parts, each scored on what the part before has left.</source>
        <translation>组分为这么多等份移除，每份按前一份之后所剩重新评分。</translation>
    </message>
    <message>
        <source>cuts</source>
        <translation>次切除</translation>
    </message>
    <message>
        <source>Cut steps</source>
        <translation>切除间步数</translation>
    </message>
    <message>
        <source>Training between one cut and the next.</source>
        <translation>一次切除与下一次之间的训练。</translation>
    </message>
    <message>
        <source>Training after the last cut, before the model is compacted.</source>
        <translation>最后一次切除之后、生成紧凑模型之前的训练。</translation>
    </message>
    <message>
        <source>FLAP</source>
        <translation>FLAP</translation>
    </message>
    <message>
        <source>Groups go whose activations vary least, and their mean becomes a bias; forward passes only, strong before training.</source>
        <translation>移除激活变化最小的组，其均值成为偏置；只用前向传播，训练之前就很强。</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>度量</translation>
    </message>
    <message>
        <source>What a channel is worth. Wifv: the variance of the input times the squared norm of the weights that read it. Wifn: its deviation times their mean size. Ifv: its variance alone.</source>
        <translation>通道的价值。Wifv：输入的方差乘以读取它的权重的平方范数。Wifn：其标准差乘以权重的平均大小。Ifv：仅其方差。</translation>
    </message>
    <message>
        <source>Wifv</source>
        <translation>Wifv</translation>
    </message>
    <message>
        <source>Wifn</source>
        <translation>Wifn</translation>
    </message>
    <message>
        <source>Ifv</source>
        <translation>Ifv</translation>
    </message>
    <message>
        <source>Standardise</source>
        <translation>标准化</translation>
    </message>
    <message>
        <source>Whether the channels of each block and kind are brought to mean 0 and variance 1 before groups are compared.</source>
        <translation>比较各组之前，是否把每块每类的通道化为均值 0、方差 1。</translation>
    </message>
    <message>
        <source>Wanda-sp</source>
        <translation>Wanda-sp</translation>
    </message>
    <message>
        <source>Groups go whose activations times the weights that read them are smallest; forward passes only, strong at low ratios.</source>
        <translation>移除激活乘以读取它的权重最小的组；只用前向传播，低比例时很强。</translation>
    </message>
    <message>
        <source>Sequential</source>
        <translation>逐块依次</translation>
    </message>
    <message>
        <source>Whether a block is scored on what the blocks before leave of the text once they are pruned; with ranking local alone.</source>
        <translation>块的评分是否基于前面的块剪枝之后所剩的文本表示；仅用于 local 排序。</translation>
    </message>
    <message>
        <source>SlimLLM</source>
        <translation>SlimLLM</translation>
    </message>
    <message>
        <source>Heads go as a set whose loss changes the attention's output least, neurons by both of their sides; factors and offsets make good.</source>
        <translation>头作为整体移除，使注意力的输出改变最小；神经元按其两侧衡量；以系数和偏移弥补。</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>锐度</translation>
    </message>
    <message>
        <source>How much more blocks lose that change the residual stream little: shares go by exp(sharpness x cosine between what enters and what leaves). 0: all lose the same share.</source>
        <translation>对残差流改变小的块多损失多少：份额与 exp(sharpness x 输入与输出的余弦) 成正比。0：全部损失相同份额。</translation>
    </message>
    <message>
        <source>Swaps</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>So often at most a head that goes and one that stays change places in a block while that makes its output more like the whole.</source>
        <translation>在一块中，将移除的头与保留的头至多交换这么多次，只要其输出更接近完整时。</translation>
    </message>
    <message>
        <source>swaps</source>
        <translation>次交换</translation>
    </message>
    <message>
        <source>Searched layer profile</source>
        <translation>搜索所得的逐层比例</translation>
    </message>
    <message>
        <source>How much each block loses is found by evolution, judged by the loss; which groups go is a score's matter; least squares make good.</source>
        <translation>每块损失多少由进化搜索得出，以损失评判；移除哪些组由评分决定；最小二乘弥补。</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Which groups of a block go first. Wanda: activations times the weights that read them. Taylor: |weight times gradient|. Magnitude: squares of weights.</source>
        <translation>块中哪些组先移除。Wanda：激活乘以读取它的权重。Taylor：|权重乘梯度|。Magnitude（幅值）：权重的平方。</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Taylor</source>
        <translation>泰勒</translation>
    </message>
    <message>
        <source>Population</source>
        <translation>种群</translation>
    </message>
    <message>
        <source>Profiles in a generation; the better half are the next one's parents.</source>
        <translation>一代中的分布数；较好的一半成为下一代的亲本。</translation>
    </message>
    <message>
        <source>profiles</source>
        <translation>个分布</translation>
    </message>
    <message>
        <source>Generations</source>
        <translation>代数</translation>
    </message>
    <message>
        <source>So many follow the first one, which begins with what local, standardised and global rankings take.</source>
        <translation>第一代之后再进行这么多代；第一代从局部、标准化和全局排序的取法开始。</translation>
    </message>
    <message>
        <source>generations</source>
        <translation>代</translation>
    </message>
    <message>
        <source>Mutation</source>
        <translation>变异</translation>
    </message>
    <message>
        <source>How much one change moves from a block to another at most, as a share of what blocks lose on average.</source>
        <translation>一次变异最多从一块移到另一块多少，为各块平均损失的份额。</translation>
    </message>
    <message>
        <source>Evaluation sequences</source>
        <translation>评估序列</translation>
    </message>
    <message>
        <source>Of the calibration sequences, by whose loss profiles are judged.</source>
        <translation>校准序列中用于评判分布损失的数量。</translation>
    </message>
    <message>
        <source>Recovery steps</source>
        <translation>恢复步数</translation>
    </message>
    <message>
        <source>Training of the adapters before a profile is judged, undone afterwards. 0: right after the cut.</source>
        <translation>评判分布之前适配器的训练，之后撤销。0：切除后立即评判。</translation>
    </message>
    <message>
        <source>Block drop</source>
        <translation>整块移除</translation>
    </message>
    <message>
        <source>Whole blocks or sub-layers go that matter least, as many as come nearest to the ratio; an ordinary checkpoint with fewer layers.</source>
        <translation>移除最不重要的整个块或子层，数量最接近比例；层数更少的普通检查点。</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>移除部分</translation>
    </message>
    <message>
        <source>What goes: whole blocks; attention and MLP sub-layers, the same share of both; or those of one kind alone.</source>
        <translation>移除什么：整个块；注意力和 MLP 子层，两者份额相同；或仅其中一类。</translation>
    </message>
    <message>
        <source>Sub layers</source>
        <translation>子层</translation>
    </message>
    <message>
        <source>Mlp</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>What tells which matter least. Unit: what the plan's unit says, by itself influence for blocks and perplexity for sub-layers, which influence misjudges. Influence: the angle between what goes in and what comes out (ShortGPT). Perplexity: the loss without it. Greedy: the same, measured again after each that goes (SLEB). Taylor: sum of |weight times gradient| over its linears (Shortened LLaMA).</source>
        <translation>依据什么判断哪些最不重要。Unit：按方案中该单元的设置，默认情况下块用 influence，子层用 perplexity，因为 influence 会误判子层。Influence：输入与输出之间的夹角（ShortGPT）。Perplexity：没有它时的损失。Greedy：同上，但每移除一个后重新测量（SLEB）。Taylor：其各线性层上 |权重×梯度| 之和（Shortened LLaMA）。</translation>
    </message>
    <message>
        <source>Influence</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>贪心</translation>
    </message>
    <message>
        <source>Training of the adapters after the cut.</source>
        <translation>切除之后适配器的训练。</translation>
    </message>
    <message>
        <source>Low rank</source>
        <translation>低秩</translation>
    </message>
    <message>
        <source>Linears become products of two thin ones, at the ranks that lose least of what they say on the calibration text.</source>
        <translation>线性层变为两个瘦矩阵的乘积，秩取在校准文本上损失最少者。</translation>
    </message>
    <message>
        <source>Linears</source>
        <translation>线性层</translation>
    </message>
    <message>
        <source>Which linears of the blocks may be replaced.</source>
        <translation>块中哪些线性层可以替换。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>How losses of different linears are compared. Share: of each one's own output energy. Energy: as they are, so that linears with large outputs count more.</source>
        <translation>如何比较不同线性层的损失。Share（份额）：占各自输出能量。Energy（能量）：原样比较，使输出大的线性层更重。</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>能量</translation>
    </message>
    <message>
        <source>Minimum rank</source>
        <translation>最小秩</translation>
    </message>
    <message>
        <source>So many ranks stay at least in every linear.</source>
        <translation>每个线性层至少保留这么多秩。</translation>
    </message>
    <message>
        <source>ranks</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>So many blocks at the beginning stay whole.</source>
        <translation>开头这么多块整体保留。</translation>
    </message>
    <message>
        <source>Structured feed-forward</source>
        <translation>结构化前馈</translation>
    </message>
    <message>
        <source>Linears of the MLPs become block-diagonal ones with a shuffle between, at the ranks that lose least on the calibration text.</source>
        <translation>MLP 的线性层变为块对角形式并在其间重排，秩取在校准文本上损失最少者。</translation>
    </message>
    <message>
        <source>Into so many parts each linear's inputs and outputs are divided; those that they do not divide stay whole. 1 is low rank.</source>
        <translation>每个线性层的输入和输出分为这么多部分；不能整除者整体保留。1 即低秩。</translation>
    </message>
    <message>
        <source>parts</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>采样数</translation>
    </message>
    <message>
        <source>Ranks of each linear at which it is measured what they lose; between them it is taken to change evenly.</source>
        <translation>在每个线性层的这么多个秩上测量损失；其间视为均匀变化。</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>次拟合</translation>
    </message>
    <message>
        <source>How losses of different linears are compared. Share: of each one's own output energy. Energy: as they are.</source>
        <translation>如何比较不同线性层的损失。Share（份额）：占各自输出能量。Energy（能量）：原样比较。</translation>
    </message>
    <message>
        <source>So many blocks at the beginning keep their MLP as it is.</source>
        <translation>开头这么多块的 MLP 保持原样。</translation>
    </message>
    <message>
        <source>Groups with the smallest weights go; a check of other methods rather than a method for language models.</source>
        <translation>移除权重最小的组；与其说是语言模型的方法，不如说是对其他方法的检验。</translation>
    </message>
    <message>
        <source>What is added up over a group's weights: absolute values (l1) or squares (l2).</source>
        <translation>对组的权重求和的量：绝对值（l1）或平方（l2）。</translation>
    </message>
    <message>
        <source>Groups go by lot, drawn by the run's seed: what any other method has to beat.</source>
        <translation>按运行的种子抽签移除组：其他任何方法都必须胜过它。</translation>
    </message>
    <message>
        <source>Dynamic (LoRAShear)</source>
        <translation>动态（LoRAShear）</translation>
    </message>
    <message>
        <source>Every round draws most from the texts on which most was lost, and the best adapters of a phase are kept (paper section 3.5).</source>
        <translation>每一轮从损失最多的文本中取得最多，并保留阶段中最佳的适配器（论文 3.5 节）。</translation>
    </message>
    <message>
        <source>Weighting</source>
        <translation>加权方式</translation>
    </message>
    <message>
        <source>Proportional</source>
        <translation>按比例</translation>
    </message>
    <message>
        <source>Softmax</source>
        <translation>Softmax</translation>
    </message>
    <message>
        <source>Exponentiated</source>
        <translation>指数</translation>
    </message>
    <message>
        <source>Floor</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>耐心轮数</translation>
    </message>
    <message>
        <source>Min gain</source>
        <translation>最小改进</translation>
    </message>
    <message>
        <source>Static</source>
        <translation>静态</translation>
    </message>
    <message>
        <source>All steps of a phase in one round, with the texts in fixed proportions; the last adapters are kept. For comparison, and for one text.</source>
        <translation>阶段的所有步在一轮中完成，文本比例固定；保留最后的适配器。供比较，或用于单个文本。</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>份额</translation>
    </message>
    <message>
        <source>by-size: every sequence of a phase is as likely as any other; even: every text is.</source>
        <translation>by-size（按大小）：阶段中每个序列的概率相同；even（均等）：每个文本的概率相同。</translation>
    </message>
    <message>
        <source>By size</source>
        <translation>按大小</translation>
    </message>
    <message>
        <source>Chain of LoRA</source>
        <translation>Chain of LoRA</translation>
    </message>
    <message>
        <source>A phase is a chain: adapters are trained, merged, and fresh ones begin with the learning rate anew. The sum of the links has their summed rank, for the memory of one.</source>
        <translation>阶段是一条链：训练适配器、合并，再以全新学习率开始新的适配器。各环之和具有秩之和，内存只需一个。</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>环数</translation>
    </message>
    <message>
        <source>Adapters that a phase trains one after another; its steps are shared out evenly.</source>
        <translation>阶段依次训练的适配器数；其步数平均分配。</translation>
    </message>
    <message>
        <source>links</source>
        <translation>环</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>best: a link after which the mean loss on what is held out has not fallen is thrown away; last: every link is merged.</source>
        <translation>best（最佳）：若一环之后留出部分的平均损失没有下降，则舍弃该环；last（最后）：合并每一环。</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>Dynamic batch loading (Sheared-LLaMA)</source>
        <translation>动态批次加载（Sheared-LLaMA）</translation>
    </message>
    <message>
        <source>Every few steps each text's share of the batches is multiplied by exp(loss - the original model's loss), so that all texts come back together. Shares accumulate over the whole phase.</source>
        <translation>每隔几步，每个文本的批次份额乘以 exp(损失 - 原模型的损失)，使所有文本一起恢复。份额在整个阶段中累积。</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Steps between two measurements, each of which changes the shares. The original has 50 while pruning, 400 afterwards.</source>
        <translation>两次测量之间的步数，每次测量都会改变份额。原论文剪枝时取 50，之后取 400。</translation>
    </message>
    <message>
        <source>Shares before the first change. by-size: every sequence of a phase is as likely as any other; even: every text is.</source>
        <translation>第一次改变之前的份额。by-size（按大小）：阶段中每个序列的概率相同；even（均等）：每个文本的概率相同。</translation>
    </message>
    <message>
        <source>What the excess is multiplied by in the exponent; 0: the shares stay.</source>
        <translation>指数中与超出量相乘的系数；0：份额不变。</translation>
    </message>
    <message>
        <source>Part of the shares that is always spread evenly, so that no text falls silent. The original has 0.0001, and one text can swallow the mixture.</source>
        <translation>始终均匀分配的份额部分，以免任何文本完全沉默。原论文取 0.0001，可能让一个文本吞掉全部配比。</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Whether a text that is better than it was counts as even, as the paper says; the original's code lets it lose its share.</source>
        <translation>比原来更好的文本是否按持平计，如论文所述；原论文的代码让它失去份额。</translation>
    </message>
    <message>
        <source>Which adapters stay at the end of a phase: those of the best measurement, or the last.</source>
        <translation>阶段结束时保留哪些适配器：测量最佳者，或最后者。</translation>
    </message>
    <message>
        <source>Block-wise distillation</source>
        <translation>逐块蒸馏</translation>
    </message>
    <message>
        <source>A phase begins by bringing what every block makes near what the dense model's block makes, each by itself, and goes on with ordinary training. A part that does not lower the mean loss on what is held out is thrown away.</source>
        <translation>阶段开始时让每块的输出各自接近稠密模型中该块的输出，然后进行普通训练。不能降低留出部分平均损失的部分会被舍弃。</translation>
    </message>
    <message>
        <source>Local share</source>
        <translation>逐块份额</translation>
    </message>
    <message>
        <source>Share of a phase's steps that train the blocks by themselves.</source>
        <translation>阶段步数中单独训练各块的份额。</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>What a block gets to see. own: what the blocks before it make now, so that it also makes good for them; dense: what they make in the dense model.</source>
        <translation>块所看到的内容。own（自身）：前面的块现在给出的，因此也会弥补它们；dense（原样）：它们在稠密模型中给出的。</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>自身</translation>
    </message>
    <message>
        <source>Unlearning (PruneLoRA)</source>
        <translation>遗忘（PruneLoRA）</translation>
    </message>
    <message>
        <source>Makes the model forget some texts: the neurons and KV groups that they need most, compared with the other texts, are set to zero before the first step and stay there; then training mends the model on the other texts alone. The loss is measured on both. The model's size stays.</source>
        <translation>让模型忘掉某些文本：与其他文本相比它们最需要的神经元和 KV 组在第一步之前置零并保持；然后仅用其他文本训练修补模型。损失在两者上都测量。模型大小不变。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>遗忘</translation>
    </message>
    <message>
        <source>Names of the texts to forget, among the sources of the phases; at least one. They choose what is zeroed and are measured, never trained on. What the texts that stay have in common with them comes back.</source>
        <translation>要遗忘的文本的名称，属于各阶段的来源；至少一个。它们决定置零什么，并被测量，但从不用于训练。保留的文本与其共有的内容会回来。</translation>
    </message>
    <message>
        <source>Share of all neurons and KV groups that are set to zero; 0: none, the forget texts are only watched.</source>
        <translation>置零的神经元和 KV 组占全部的份额；0：不置零，只观察要遗忘的文本。</translation>
    </message>
    <message>
        <source>How a unit's weight for a text is estimated. first: sum of |weight * gradient|; second: by the Fisher diagonal.</source>
        <translation>如何估计单元对文本的权重。first（一阶）：|权重 * 梯度| 之和；second（二阶）：按 Fisher 对角线。</translation>
    </message>
    <message>
        <source>Training sequences of every text that the importance is measured on, at most.</source>
        <translation>测量重要性所用的每个文本的训练序列，至多这么多。</translation>
    </message>
    <message>
        <source>Which adapters stay at the end of a phase: those of the best measurement on the texts that stay, or the last.</source>
        <translation>阶段结束时保留哪些适配器：在保留的文本上测量最佳者，或最后者。</translation>
    </message>
    <message>
        <source>Routed adapters (LoRAMoE)</source>
        <translation>路由适配器（LoRAMoE）</translation>
    </message>
    <message>
        <source>Every linear gets several adapters and a router that mixes them token by token, some for world knowledge, some for tasks, so that learning one does not wear away the other. No export format holds a router, so a phase ends by merging the adapters with their mean routing weights; its last measurement is of the merged model, and with keep best a merge that has not lowered the loss since the phase began is thrown away. What merging costs is measured on the held-out text and stands in the result (merged: perplexity routed and merged). The recipe's dropout is not used.</source>
        <translation>每个线性层有多个适配器和一个逐词元混合它们的路由器，一些用于世界知识，一些用于任务，使学习一方不会磨掉另一方。没有导出格式能容纳路由器，因此阶段结束时按平均路由权重合并适配器；其最后一次测量针对合并后的模型，keep 为 best 时，若合并没有使损失低于阶段开始时，则舍弃。合并的代价在留出文本上测量并记入结果（merged：路由与合并的困惑度）。不使用配方的 dropout。</translation>
    </message>
    <message>
        <source>Adapters on every linear. The original has 8.</source>
        <translation>每个线性层上的适配器数。原论文取 8。</translation>
    </message>
    <message>
        <source>adapters</source>
        <translation>个适配器</translation>
    </message>
    <message>
        <source>World experts</source>
        <translation>世界知识专家</translation>
    </message>
    <message>
        <source>How many of them are for world knowledge; fewer than experts. The others are for tasks.</source>
        <translation>其中多少用于世界知识；少于专家总数。其余用于任务。</translation>
    </message>
    <message>
        <source>Rank of each adapter; 0: the recipe's rank shared out among them, at least 1. The original has 4.</source>
        <translation>每个适配器的秩；0：配方的秩在其间平分，至少 1。原论文取 4。</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Names of the texts that are tasks; the others are world knowledge. Empty: the texts of phases called instruct.</source>
        <translation>属于任务的文本的名称；其余为世界知识。空：名为 instruct 的阶段的文本。</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>平衡</translation>
    </message>
    <message>
        <source>Weight of the balancing loss, which shares the work out evenly on each side. 0, as in the original's script: none.</source>
        <translation>平衡损失的权重，使每一侧内部分工均匀。0（与原脚本相同）：无。</translation>
    </message>
    <message>
        <source>Delta</source>
        <translation>Delta</translation>
    </message>
    <message>
        <source>How far apart the sides are kept: balanced, an adapter works (1 + delta) / (1 - delta) times as much for texts of its own side. 0, as in the original's script: no sides.</source>
        <translation>两侧分开的程度：平衡后，适配器为自己一侧文本工作的量是 (1 + delta) / (1 - delta) 倍。0（与原脚本相同）：不分侧。</translation>
    </message>
    <message>
        <source>Merge sequences</source>
        <translation>合并序列</translation>
    </message>
    <message>
        <source>Training sequences of every text that the mean routing weights are taken over, at most.</source>
        <translation>平均路由权重所用的每个文本的训练序列，至多这么多。</translation>
    </message>
    <message>
        <source>Which adapters and routers are merged at the end of a phase: those of the best measurement, or the last.</source>
        <translation>阶段结束时合并哪些适配器和路由器：测量最佳者，或最后者。</translation>
    </message>
    <message>
        <source>Full fine-tuning</source>
        <translation>全量微调</translation>
    </message>
    <message>
        <source>Every weight is trained, embeddings and norms included, and no adapters. Takes 20 bytes of memory for each weight (value, gradient, two moments, the best state, all in fp32) and what the activations need on top; a run that has not got them is refused before it begins. There is no recovery adapter afterwards.</source>
        <translation>训练每个权重，含嵌入和归一化层，不用适配器。每个权重占 20 字节内存（数值、梯度、两个动量、最佳状态，均为 fp32），另加激活所需；内存不足的运行在开始前就被拒绝。之后没有恢复适配器。</translation>
    </message>
    <message>
        <source>Rate scale</source>
        <translation>学习率倍数</translation>
    </message>
    <message>
        <source>The learning rate is the recipe's times this: all weights at once bear less than adapters do. Too high a rate, or instructions alone, wear away what the model knew; a low rate and plain text beside them keep it.</source>
        <translation>学习率为配方的这么多倍：所有权重同时训练所能承受的低于适配器。学习率过高，或只用指令，会磨掉模型原有的知识；低学习率加普通文本则能保住。</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>内存上限</translation>
    </message>
    <message>
        <source>Memory that training may take; 0: what is free on this machine when the run begins.</source>
        <translation>训练可用的内存；0：运行开始时本机空闲的内存。</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>Which weights stay at the end of a phase: those of the best measurement, or the last.</source>
        <translation>阶段结束时保留哪些权重：测量最佳者，或最后者。</translation>
    </message>
    <message>
        <source>transformers 4</source>
        <translation>transformers 4</translation>
    </message>
    <message>
        <source>the family is not one that we write for it</source>
        <translation>我们不为它写这一系列</translation>
    </message>
    <message>
        <source>its own classes build attention in every layer; our modelling file leaves it out</source>
        <translation>它自身的类在每层都构建注意力；我们的建模文件会略去</translation>
    </message>
    <message>
        <source>layers without attention need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>没有注意力的层需要我们的建模文件，但它不支持 gpt2、gpt_neox 和 opt</translation>
    </message>
    <message>
        <source>its own classes build an MLP in every layer; our modelling file leaves it out</source>
        <translation>它自身的类在每层都构建 MLP；我们的建模文件会略去</translation>
    </message>
    <message>
        <source>layers without an MLP need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>没有 MLP 的层需要我们的建模文件，但它不支持 gpt2、gpt_neox 和 opt</translation>
    </message>
    <message>
        <source>its own classes have no factored linears; merged exports have none</source>
        <translation>它自身的类没有分解的线性层；合并的导出中也没有</translation>
    </message>
    <message>
        <source>factored linears need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>分解的线性层需要我们的建模文件，但它不支持 gpt2、gpt_neox 和 opt</translation>
    </message>
    <message>
        <source>its own classes build every layer from one set of numbers</source>
        <translation>它自身的类用同一组数值构建每一层</translation>
    </message>
    <message>
        <source>layers of different size need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>大小不同的层需要我们的建模文件，但它不支持 gpt2、gpt_neox 和 opt</translation>
    </message>
    <message>
        <source>query heads must be a multiple of key/value heads</source>
        <translation>查询头数必须是键/值头数的倍数</translation>
    </message>
    <message>
        <source>the size of a head is hidden size over heads in this family, so no head may go</source>
        <translation>在这一系列中头的大小等于隐藏维度除以头数，因此不能移除头</translation>
    </message>
    <message>
        <source>the size of a head is hidden size over heads in this family, so hidden width and heads stay</source>
        <translation>在这一系列中头的大小等于隐藏维度除以头数，因此隐藏维度和头都保留</translation>
    </message>
    <message>
        <source>its class has one rope_theta for all layers, so those with a window would see other positions, without a word</source>
        <translation>它的类对所有层只有一个 rope_theta，带窗口的层会悄悄看到不同的位置</translation>
    </message>
    <message>
        <source>it reads the number of experts from num_experts and takes 128 where transformers 5 saved another name; an export has both</source>
        <translation>它从 num_experts 读取专家数，transformers 5 以另一个名称保存时则取 128；导出的文件两者都有</translation>
    </message>
    <message>
        <source>its config class counts the factors of longrope by hidden size over heads in this family, so no head may go</source>
        <translation>它的配置类在这一系列中以隐藏维度除以头数来计算 longrope 的系数个数，因此不能移除头</translation>
    </message>
    <message>
        <source>transformers 5</source>
        <translation>transformers 5</translation>
    </message>
    <message>
        <source>it multiplies the experts of a layer in one grouped product, whose rows must be whole 16 bytes: multiples of 8 in 16-bit files, of 4 in 32-bit ones</source>
        <translation>它把一层的专家放在一次分组乘积中计算，其行必须是 16 字节的整数倍：16 位文件中为 8 的倍数，32 位文件中为 4 的倍数</translation>
    </message>
    <message>
        <source>its config class refuses head counts that do not divide the hidden size</source>
        <translation>它的配置类拒绝不能整除隐藏维度的头数</translation>
    </message>
    <message>
        <source>its class takes the hidden size for the width of the norms of queries and keys</source>
        <translation>它的类以隐藏维度作为查询和键的归一化宽度</translation>
    </message>
    <message>
        <source>vLLM</source>
        <translation>vLLM</translation>
    </message>
    <message>
        <source>every layer needs attention heads</source>
        <translation>每层都需要注意力头</translation>
    </message>
    <message>
        <source>every layer needs an MLP</source>
        <translation>每层都需要 MLP</translation>
    </message>
    <message>
        <source>it has no factored linears; merged exports have none</source>
        <translation>它没有分解的线性层；合并的导出中也没有</translation>
    </message>
    <message>
        <source>it reads the config through transformers, whose version 5 refuses head counts that do not divide the hidden size</source>
        <translation>它通过 transformers 读取配置，其第 5 版拒绝不能整除隐藏维度的头数</translation>
    </message>
    <message>
        <source>llama.cpp, equal layers</source>
        <translation>llama.cpp，各层相同</translation>
    </message>
    <message>
        <source>our GGUF writer covers llama, mistral, qwen2, qwen3, gemma2, gemma3_text, phi3, gpt2, gpt_neox, mixtral, qwen3_moe, olmoe</source>
        <translation>我们的 GGUF 写出器支持 llama、mistral、qwen2、qwen3、gemma2、gemma3_text、phi3、gpt2、gpt_neox、mixtral、qwen3_moe、olmoe</translation>
    </message>
    <message>
        <source>its architectures llama, deci, qwen2, qwen3 and qwen3moe have no sliding window, and that of phi3 is switched off</source>
        <translation>它的架构 llama、deci、qwen2、qwen3 和 qwen3moe 没有滑动窗口，phi3 的则被关闭</translation>
    </message>
    <message>
        <source>its architectures count blocks without a window at equal distances, and windows have one length</source>
        <translation>它的架构按相等间隔计算没有窗口的块，且窗口只有一种长度</translation>
    </message>
    <message>
        <source>our GGUF writer covers rotary positions of the types default, linear and llama3</source>
        <translation>我们的 GGUF 写出器支持 default、linear 和 llama3 类型的旋转位置编码</translation>
    </message>
    <message>
        <source>rotary positions need an even head size</source>
        <translation>旋转位置编码要求头的大小为偶数</translation>
    </message>
    <message>
        <source>a layer without heads means something else to it</source>
        <translation>没有头的层对它另有含义</translation>
    </message>
    <message>
        <source>a layer without MLP is skipped whole</source>
        <translation>没有 MLP 的层会被整层跳过</translation>
    </message>
    <message>
        <source>it wants heads times head size to be the hidden size for this family; our writer fills heads up with zeros</source>
        <translation>对这一系列它要求头数乘头的大小等于隐藏维度；我们的写出器用零补足头</translation>
    </message>
    <message>
        <source>its architecture olmoe wants queries and keys of the hidden size, with norms over all of it, so that zeros do not help</source>
        <translation>它的架构 olmoe 要求查询和键的宽度等于隐藏维度，并对整个宽度做归一化，因此补零也无济于事</translation>
    </message>
    <message>
        <source>its architecture olmoe does not clip queries, keys and values</source>
        <translation>它的架构 olmoe 不对查询、键和值进行截断</translation>
    </message>
    <message>
        <source>its architecture qwen3moe divides the weights of a token's experts by their sum</source>
        <translation>它的架构 qwen3moe 会将一个词元所选专家的权重除以它们的和</translation>
    </message>
    <message>
        <source>its architecture olmoe does not divide the weights of a token's experts by their sum</source>
        <translation>它的架构 olmoe 不会将一个词元所选专家的权重除以它们的和</translation>
    </message>
    <message>
        <source>its architecture qwen3moe has experts in every layer</source>
        <translation>它的架构 qwen3moe 的每一层都有专家</translation>
    </message>
    <message>
        <source>it takes the sizes of layer 0 for all layers; the architecture deci does not, and our writer fills the layers of other families up with zeros, but adds no expert</source>
        <translation>它以第 0 层的大小作为所有层的大小；deci 架构不这样，我们的写出器用零补足其他系列的层，但不会添加专家</translation>
    </message>
    <message>
        <source>Q8_0 and Q4_0 quantise rows in blocks of 32; other rows stay in a wider type</source>
        <translation>Q8_0 和 Q4_0 以 32 个一块量化各行；其他行保持较宽的类型</translation>
    </message>
    <message>
        <source>llama.cpp, layers of any size (deci)</source>
        <translation>llama.cpp，各层大小不限（deci）</translation>
    </message>
    <message>
        <source>our GGUF writer uses it for the families whose maths is Llama's: llama, mistral, qwen2, phi3</source>
        <translation>我们的 GGUF 写出器将其用于数学上与 Llama 相同的系列：llama、mistral、qwen2、phi3</translation>
    </message>
    <message>
        <source>its architectures llama, deci, qwen2 and qwen3 have no sliding window, and that of phi3 is switched off</source>
        <translation>它的架构 llama、deci、qwen2 和 qwen3 没有滑动窗口，phi3 的则被关闭</translation>
    </message>
    <message>
        <source>it reads at most 512 layers</source>
        <translation>它最多读取 512 层</translation>
    </message>
    <message>
        <source>PEFT</source>
        <translation>PEFT</translation>
    </message>
    <message>
        <source>The window in two minutes</source>
        <translation>两分钟认识窗口</translation>
    </message>
    <message>
        <source>Where things are, from opening a model to taking the result elsewhere.</source>
        <translation>各部分在哪里，从打开模型到把结果带走。</translation>
    </message>
    <message>
        <source>The work, from top to bottom</source>
        <translation>工作流程，自上而下</translation>
    </message>
    <message>
        <source>Each entry is one stage: open a model, look at it, measure what it knows, plan, run, compare, export.</source>
        <translation>每一项是一个步骤：打开模型、查看、测量它知道什么、制定方案、运行、对比、导出。</translation>
    </message>
    <message>
        <source>A tick says done, a dot that something has changed since, a padlock that an earlier stage comes first. Ctrl+1 to Ctrl+9 go there.</source>
        <translation>对勾表示完成，圆点表示此后有所改动，锁表示要先完成前面的步骤。Ctrl+1 至 Ctrl+9 可直接前往。</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>The bundled model is small and real: everything can be tried on it in minutes. Your own is a folder or a GGUF file, dropped anywhere on this window.</source>
        <translation>自带模型小而真实：几分钟内就能在它上面试遍一切。您自己的模型是文件夹或 GGUF 文件，可拖到此窗口的任意位置。</translation>
    </message>
    <message>
        <source>What is in it</source>
        <translation>里面有什么</translation>
    </message>
    <message>
        <source>{model.name} has {model.parameters} parameters. This is its forward pass as it was traced, folded by block: {model.operators} operators.</source>
        <translation>{model.name} 有 {model.parameters} 个参数。这是追踪所得的前向传播，按块折叠：{model.operators} 个算子。</translation>
    </message>
    <message>
        <source>Enter opens a block, Backspace closes it, / searches.</source>
        <translation>Enter 打开块，Backspace 关闭，/ 搜索。</translation>
    </message>
    <message>
        <source>Where it keeps what it knows</source>
        <translation>它把知识存在哪里</translation>
    </message>
    <message>
        <source>Analyse masks one part after the other and measures how much worse the model predicts a text. What tells most can be kept whole.</source>
        <translation>“分析”逐个掩蔽各部分，测量模型预测文本变差多少。影响最大的部分可以整体保留。</translation>
    </message>
    <message>
        <source>This takes a while and can be left out.</source>
        <translation>这需要一些时间，也可以省略。</translation>
    </message>
    <message>
        <source>How much goes</source>
        <translation>移除多少</translation>
    </message>
    <message>
        <source>The plan answers at once: {plan.share} of the parameters, in {plan.groups} groups. Every edit can be undone.</source>
        <translation>方案立即给出答案：{plan.groups} 个组，占参数的 {plan.share}。每次编辑都可以撤销。</translation>
    </message>
    <message>
        <source>Who can open the result</source>
        <translation>谁能打开结果</translation>
    </message>
    <message>
        <source>Not every program opens every shape. This line says it before anything is run.</source>
        <translation>并非每个程序都能打开每种形状。这一行在运行之前就会说明。</translation>
    </message>
    <message>
        <source>The run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Start run trains, lets groups fade to zero, cuts them, and trains again. It can be paused, cancelled, gone on with, and branched from a checkpoint.</source>
        <translation>“开始运行”会训练，让各组衰减到零，将其切除，再继续训练。可以暂停、取消、继续，也可以从检查点分支。</translation>
    </message>
    <message>
        <source>What you see here is what its folder on the disk says: nothing is lost with the window.</source>
        <translation>您在这里看到的就是磁盘上运行文件夹的内容：关闭窗口不会丢失任何东西。</translation>
    </message>
    <message>
        <source>Sizes, speed, perplexity and two texts beside each other, measured on this machine.</source>
        <translation>大小、速度、困惑度和两段文本并列，均在本机测量。</translation>
    </message>
    <message>
        <source>Take it elsewhere</source>
        <translation>把它带走</translation>
    </message>
    <message>
        <source>Every format with its size, the programs that open it, and a certificate that the file computes what the model here computes.</source>
        <translation>每种格式的大小、能打开它的程序，以及证明文件与此处模型计算一致的证书。</translation>
    </message>
    <message>
        <source>Always in sight</source>
        <translation>始终可见</translation>
    </message>
    <message>
        <source>Down here stands what the engine is doing, and how long it will take. Ctrl+Shift+P finds everything that can be done by a part of its name; F1 is the manual.</source>
        <translation>下方显示引擎在做什么、还要多久。Ctrl+Shift+P 可凭名称的一部分找到任何操作；F1 是手册。</translation>
    </message>
    <message>
        <source>Lesson 1: what a node group is</source>
        <translation>第 1 课：什么是节点组</translation>
    </message>
    <message>
        <source>Why a neuron or a head is never removed from one matrix alone.</source>
        <translation>为什么从不只从一个矩阵中移除神经元或头。</translation>
    </message>
    <message>
        <source>A model to look at</source>
        <translation>一个可看的模型</translation>
    </message>
    <message>
        <source>Any model does. The bundled one tells children's stories and opens in a second.</source>
        <translation>任何模型都可以。自带模型会讲儿童故事，一秒就能打开。</translation>
    </message>
    <message>
        <source>Boxes that feed each other</source>
        <translation>相互馈送的方框</translation>
    </message>
    <message>
        <source>Every box is a part of the forward pass of {model.name}, traced once on a few tokens: {model.operators} operators, folded by block.</source>
        <translation>每个方框是 {model.name} 前向传播的一部分，用几个词元追踪一次所得：{model.operators} 个算子，按块折叠。</translation>
    </message>
    <message>
        <source>Suppose one neuron of a block is to go. Which numbers of which matrices are that neuron?</source>
        <translation>假设要移除某块的一个神经元。哪些矩阵的哪些数值属于这个神经元？</translation>
    </message>
    <message>
        <source>Choose a part</source>
        <translation>选择一部分</translation>
    </message>
    <message>
        <source>Click on a block, or open one with Enter and click on an operator. What can only be cut together with it is lit, the rest dimmed.</source>
        <translation>点击一个块，或按 Enter 打开块再点击算子。只能与它一起切除的部分会亮起，其余变暗。</translation>
    </message>
    <message>
        <source>A node group</source>
        <translation>节点组</translation>
    </message>
    <message>
        <source>{chosen.name} is a node group: {chosen.groups}, all of one shape.</source>
        <translation>{chosen.name} 是一个节点组：{chosen.groups}，形状都相同。</translation>
    </message>
    <message>
        <source>Take one of them. The matrix that makes it loses a row, the matrix that reads it loses a column, and so does everything between. One cut without the other leaves matrices that can no longer be multiplied.</source>
        <translation>取其中一个。产生它的矩阵少一行，读取它的矩阵少一列，其间的一切也随之减少。只切一边会留下无法再相乘的矩阵。</translation>
    </message>
    <message>
        <source>What one of them is made of</source>
        <translation>其中一个由什么组成</translation>
    </message>
    <message>
        <source>Each line is a tensor and the part of it that goes with one group: {chosen.tensors} tensors, {chosen.parameters} parameters for each group.</source>
        <translation>每一行是一个张量以及其中属于一个组的部分：{chosen.tensors} 个张量，每组 {chosen.parameters} 个参数。</translation>
    </message>
    <message>
        <source>Nobody wrote this list. It follows from the trace: whatever lies on the way between the rows that make a number and the columns that use it belongs together.</source>
        <translation>这份清单不是谁写的，而是由追踪得出：从产生一个数值的行到使用它的列，途中的一切都属于一体。</translation>
    </message>
    <message>
        <source>The unit of pruning</source>
        <translation>剪枝的单位</translation>
    </message>
    <message>
        <source>So a plan counts in groups. This one takes {plan.groups} of them, {plan.share} of all parameters, from {model.nodegroups} node groups; the hatched part of each bar goes.</source>
        <translation>所以方案以组计数。此方案从 {model.nodegroups} 个节点组中移除 {plan.groups} 个组，占全部参数的 {plan.share}；每个条中的斜线部分会被移除。</translation>
    </message>
    <message>
        <source>A padlock keeps a whole node group. What is left is an ordinary, smaller model: nothing in it is masked or sparse.</source>
        <translation>锁可保留整个节点组。剩下的是普通的、更小的模型：其中没有掩蔽，也不稀疏。</translation>
    </message>
    <message>
        <source>Lesson 2: why half-space projection</source>
        <translation>第 2 课：为什么用半空间投影</translation>
    </message>
    <message>
        <source>What is gained by letting groups fade during training instead of cutting them at once.</source>
        <translation>让组在训练中衰减，而不是一次切除，有什么好处。</translation>
    </message>
    <message>
        <source>A model to prune</source>
        <translation>一个要剪枝的模型</translation>
    </message>
    <message>
        <source>With the bundled model this lesson takes a few minutes, most of them while the run goes on.</source>
        <translation>用自带模型，本课需要几分钟，大部分是运行的时间。</translation>
    </message>
    <message>
        <source>These groups shall go</source>
        <translation>这些组将被移除</translation>
    </message>
    <message>
        <source>The plan takes {plan.groups} groups, {plan.share} of the parameters. The simplest way would be to cut them now.</source>
        <translation>方案移除 {plan.groups} 个组，占参数的 {plan.share}。最简单的做法是现在就切除它们。</translation>
    </message>
    <message>
        <source>Cut at once</source>
        <translation>一次切除</translation>
    </message>
    <message>
        <source>The idle engine masks exactly these groups and measures, without any training.</source>
        <translation>空闲的引擎恰好掩蔽这些组并测量，不做任何训练。</translation>
    </message>
    <message>
        <source>Original: perplexity {original.perplexity}. With the groups gone: {atonce.perplexity}, which is {atonce.worse}.</source>
        <translation>原模型：困惑度 {original.perplexity}。去掉这些组：{atonce.perplexity}，即 {atonce.worse}。</translation>
    </message>
    <message>
        <source>Everything that the groups had said is missing, and nothing else has learnt to say it.</source>
        <translation>这些组所说的一切都没有了，而其他部分还没学会替它们说。</translation>
    </message>
    <message>
        <source>Fade instead</source>
        <translation>改为衰减</translation>
    </message>
    <message>
        <source>A run first trains small adapters as they are (warm-up). Then, period by period, it names a few more groups redundant, and at every training step makes them a little smaller.</source>
        <translation>运行先训练小型适配器（预热）。然后逐个周期把更多的组定为冗余，并在每个训练步让它们变小一点。</translation>
    </message>
    <message>
        <source>So while they fade the training goes on, and the other groups learn to do their part.</source>
        <translation>因此它们衰减时训练仍在继续，其他组学会承担它们的工作。</translation>
    </message>
    <message>
        <source>Start it</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>The plan stays as it is. Nothing is lost if the run is cancelled: it goes on from its last checkpoint.</source>
        <translation>方案保持不变。取消运行不会丢失任何东西：它会从最后的检查点继续。</translation>
    </message>
    <message>
        <source>Exactly zero</source>
        <translation>恰好为零</translation>
    </message>
    <message>
        <source>Small is not zero: a penalty alone leaves many tiny numbers, and cutting those still changes the model. Here is the half-space.</source>
        <translation>小不等于零：仅靠惩罚项会留下许多微小的数，切除它们仍会改变模型。这就是半空间的作用。</translation>
    </message>
    <message>
        <source>Before each step a fading group points somewhere: x. After the step it is x'. As long as x' lies in the half-space around x, on the same side of the plane through the origin, it goes on fading. When it would cross to the other side, or its time is up, it is set to zero, exactly, and stays there.</source>
        <translation>每一步之前，衰减中的组指向某处：x。一步之后是 x'。只要 x' 仍在 x 周围的半空间内，即在过原点平面的同一侧，它就继续衰减。当它将越到另一侧，或时间已到，就被恰好置零，并保持为零。</translation>
    </message>
    <message>
        <source>At step {run.step}, {run.zero} groups are at zero.</source>
        <translation>在第 {run.step} 步，{run.zero} 个组为零。</translation>
    </message>
    <message>
        <source>Meanwhile</source>
        <translation>与此同时</translation>
    </message>
    <message>
        <source>The curve is the training loss, in nats per token: {run.loss} now. A bump is a period that took something away; the slope after it is the others learning to do without.</source>
        <translation>曲线是训练损失，以 nat/词元计：现在是 {run.loss}。每个隆起是一个移除了些什么的周期；其后的下坡是其余部分学会没有它们也行。</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>直到结束</translation>
    </message>
    <message>
        <source>When all chosen groups are zero they are cut out. Since they were exactly zero, the smaller model computes what the large one computed: the cut itself costs nothing.</source>
        <translation>所选的组全部为零后就被切除。由于它们恰好为零，较小的模型与大模型计算结果相同：切除本身没有代价。</translation>
    </message>
    <message>
        <source>Then the small model is trained a little more (recovery). That is the next lesson.</source>
        <translation>然后小模型再训练一会儿（恢复）。这是下一课的内容。</translation>
    </message>
    <message>
        <source>At once, or by and by</source>
        <translation>一次切除，还是逐渐衰减</translation>
    </message>
    <message>
        <source>Cut at once, before any training: {atonce.worse} against its original. Faded, then cut, before recovery: {run.pruned.worse} (perplexity {run.pruned} against {run.original} on {run.text}).</source>
        <translation>未经训练一次切除：与其原模型相比 {atonce.worse}。衰减后再切除、恢复之前：{run.pruned.worse}（在 {run.text} 上困惑度 {run.pruned} 对 {run.original}）。</translation>
    </message>
    <message>
        <source>The first was measured on the analysis text, the second on the evaluation text, each against the original on the same text. Part of the difference is the training as such, part the fading: a run with another method and the same number of steps tells them apart.</source>
        <translation>前者在分析文本上测量，后者在评估文本上测量，都与同一文本上的原模型相比。差别一部分来自训练本身，一部分来自衰减：用另一种方法、同样步数再运行一次就能区分。</translation>
    </message>
    <message>
        <source>Lesson 3: why recovery data matters</source>
        <translation>第 3 课：为什么恢复数据很重要</translation>
    </message>
    <message>
        <source>The same pruned model, trained again on two different texts.</source>
        <translation>同一个剪枝后的模型，在两种不同的文本上再训练。</translation>
    </message>
    <message>
        <source>A model that knows one thing</source>
        <translation>只懂一件事的模型</translation>
    </message>
    <message>
        <source>Two short runs, everything equal but one thing: the text on which the pruned model is trained again.</source>
        <translation>两次短运行，除一点外完全相同：剪枝后的模型再训练所用的文本。</translation>
    </message>
    <message>
        <source>What reads what</source>
        <translation>什么读取什么</translation>
    </message>
    <message>
        <source>Each line is a use of a text. Recovery reads {recovery.text} now. The last lines are held out: nothing is trained on them, everything is measured on them.</source>
        <translation>每一行是文本的一种用途。恢复现在读取 {recovery.text}。最后几行是留出的：不用于训练，一切都在其上测量。</translation>
    </message>
    <message>
        <source>The first run</source>
        <translation>第一次运行</translation>
    </message>
    <message>
        <source>It prunes, then recovers on {recovery.text}.</source>
        <translation>它先剪枝，然后在 {recovery.text} 上恢复。</translation>
    </message>
    <message>
        <source>Wait for it</source>
        <translation>请等待</translation>
    </message>
    <message>
        <source>Watch the perplexity at checkpoints: up while groups go, down while the rest recovers.</source>
        <translation>观察各检查点的困惑度：移除组时上升，其余部分恢复时下降。</translation>
    </message>
    <message>
        <source>Recovered on {first.text}</source>
        <translation>在 {first.text} 上恢复</translation>
    </message>
    <message>
        <source>On {first.measured}: original {first.original}, pruned {first.pruned}, recovered {first.recovered}.</source>
        <translation>在 {first.measured} 上：原模型 {first.original}，剪枝后 {first.pruned}，恢复后 {first.recovered}。</translation>
    </message>
    <message>
        <source>Now another text</source>
        <translation>换一个文本</translation>
    </message>
    <message>
        <source>Choose another text for the recovery, or let the window do it: it takes the other of the two that ship. At the end of the lesson the recipe is what it was.</source>
        <translation>为恢复选择另一个文本，或让窗口代劳：它会取自带两个文本中的另一个。课程结束时配方恢复原状。</translation>
    </message>
    <message>
        <source>The second run</source>
        <translation>第二次运行</translation>
    </message>
    <message>
        <source>Same model, same plan, same seed, same number of steps; recovery on {recovery.text}.</source>
        <translation>同样的模型、方案、种子和步数；在 {recovery.text} 上恢复。</translation>
    </message>
    <message>
        <source>Wait again</source>
        <translation>再次等待</translation>
    </message>
    <message>
        <source>The pruning half of both runs is the same. Only what comes after it can differ.</source>
        <translation>两次运行的剪枝部分相同。只有之后的部分可能不同。</translation>
    </message>
    <message>
        <source>Two recoveries</source>
        <translation>两次恢复</translation>
    </message>
    <message>
        <source>On {first.measured}, pruned {first.pruned}.</source>
        <translation>在 {first.measured} 上，剪枝后为 {first.pruned}。</translation>
    </message>
    <message>
        <source>Recovered on {first.text}: {first.recovered}. Recovered on {second.text}: {second.recovered}.</source>
        <translation>在 {first.text} 上恢复：{first.recovered}。在 {second.text} 上恢复：{second.recovered}。</translation>
    </message>
    <message>
        <source>What was lost comes back from texts that contain it. A text of another kind teaches other things, and may take away more of what was left. That is why LoRAShear mixes its sources by how much the pruned model has lost on each.</source>
        <translation>失去的内容要从包含它的文本中找回。另一类文本教的是别的东西，还可能夺走剩下的更多内容。因此 LoRAShear 按剪枝后模型在各来源上损失的多少来配比。</translation>
    </message>
    <message>
        <source>Both beside each other</source>
        <translation>两者并列</translation>
    </message>
    <message>
        <source>The two runs are in the list; choose both to lay their curves over each other. When the lesson ends, the recipe is again what it was.</source>
        <translation>两次运行都在列表中；同时选中即可叠加其曲线。课程结束时，配方恢复原状。</translation>
    </message>
</context>
</TS>
