<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>lorashear</name>
    <message>
        <source>Parameters</source>
        <translation>パラメータ</translation>
    </message>
    <message>
        <source>Parameters per token</source>
        <translation>トークンあたりのパラメータ</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>重み</translation>
    </message>
    <message>
        <source>Work per token</source>
        <translation>トークンあたりの計算量</translation>
    </message>
    <message>
        <source>KV cache per token</source>
        <translation>トークンあたりの KV キャッシュ</translation>
    </message>
    <message>
        <source>Prefill speed</source>
        <translation>プリフィル速度</translation>
    </message>
    <message>
        <source>Decode speed</source>
        <translation>デコード速度</translation>
    </message>
    <message>
        <source>KL from the original, mean</source>
        <translation>元モデルとの KL、平均</translation>
    </message>
    <message>
        <source>Same likeliest token</source>
        <translation>最有力トークンの一致</translation>
    </message>
    <message>
        <source>× %1</source>
        <translation>× %1</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>約 %1</translation>
    </message>
    <message>
        <source>The original was not measured beside it.</source>
        <translation>元モデルは同時に測定されていません。</translation>
    </message>
    <message>
        <source>× %1 (%2 to %3)</source>
        <translation>× %1（%2～%3）</translation>
    </message>
    <message>
        <source>In brackets the 95 % interval of the paired difference over %1 windows that both were measured on.</source>
        <translation>括弧内は、両方を測定した %1 個のウィンドウでの対応のある差の 95 % 区間です。</translation>
    </message>
    <message>
        <source>No interval: the losses of single windows were not kept, or do not pair.</source>
        <translation>区間なし：ウィンドウごとの損失が保存されていないか、対応しません。</translation>
    </message>
    <message>
        <source>%1 of the original is kept.</source>
        <translation>元モデルの %1 が残ります。</translation>
    </message>
    <message>
        <source>%1 tokens predicted</source>
        <translation>%1 トークンを予測</translation>
    </message>
    <message>
        <source>Perplexity, %1</source>
        <translation>パープレキシティ、%1</translation>
    </message>
    <message>
        <source>The original itself.</source>
        <translation>元モデルそのもの。</translation>
    </message>
    <message>
        <source>Not measured: it %1.</source>
        <translation>未測定：%1。</translation>
    </message>
    <message>
        <source>"Measure KL" measures it.</source>
        <translation>「KL を測定」で測定できます。</translation>
    </message>
    <message>
        <source>Measured otherwise, in another row.</source>
        <translation>測定方法が異なるため、別の行にあります。</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未測定</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>測定項目</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>単位</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>%1: spread</source>
        <translation>%1：ばらつき</translation>
    </message>
    <message>
        <source>%1: times the original's</source>
        <translation>%1：元モデルに対する倍率</translation>
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
        <translation>枝刈り中の学習</translation>
    </message>
    <message>
        <source>the analysis</source>
        <translation>解析</translation>
    </message>
    <message>
        <source>the recovery</source>
        <translation>回復</translation>
    </message>
    <message>
        <source>the final evaluation</source>
        <translation>最終評価</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1と%2</translation>
    </message>
    <message>
        <source>%1 is not there any more: %2</source>
        <translation>%1 はもうありません：%2</translation>
    </message>
    <message>
        <source>%1 serves %2 and the final evaluation: the result will look better than it is. Choose another text for one of them.</source>
        <translation>%1 は%2と最終評価の両方に使われています。結果が実際より良く見えます。どちらかに別のテキストを選んでください。</translation>
    </message>
    <message>
        <source>The bundled TinyStories texts (%1) are children's stories for the bundled model. Choose texts like those that this model is meant for.</source>
        <translation>同梱の TinyStories のテキスト（%1）は、同梱モデル用の子ども向けの物語です。このモデルの用途に近いテキストを選んでください。</translation>
    </message>
    <message>
        <source>The bundled sample texts (%1) are small, to try things out. Choose texts of your own for a result that counts.</source>
        <translation>同梱のサンプルテキスト（%1）は小さく、試用のためのものです。意味のある結果を得るには自分のテキストを選んでください。</translation>
    </message>
    <message>
        <source>Name a file.</source>
        <translation>ファイルを指定してください。</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>ファイル %1 はありません。</translation>
    </message>
    <message>
        <source>%1 is a folder; a file is needed here.</source>
        <translation>%1 はフォルダーです。ここではファイルが必要です。</translation>
    </message>
    <message>
        <source>%1 may not be read.</source>
        <translation>%1 を読む権限がありません。</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 は空です。</translation>
    </message>
    <message>
        <source>zero-shot tasks</source>
        <translation>ゼロショットタスク</translation>
    </message>
    <message>
        <source>No text is named to train on while pruning.</source>
        <translation>枝刈り中の学習に使うテキストが指定されていません。</translation>
    </message>
    <message>
        <source>The recovery has no phase, so it trains on nothing.</source>
        <translation>回復にフェーズがないため、何も学習しません。</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>フォルダー %1 はありません。</translation>
    </message>
    <message>
        <source>%1 is a file; the folder of the task files is needed here.</source>
        <translation>%1 はファイルです。ここではタスクファイルのフォルダーが必要です。</translation>
    </message>
    <message>
        <source>%1 holds no task file (piqa.jsonl, hellaswag.jsonl …).</source>
        <translation>%1 にタスクファイルがありません（piqa.jsonl、hellaswag.jsonl …）。</translation>
    </message>
    <message>
        <source>Stock programs do not open it: %1. Snap the plan and run again, or pad it.</source>
        <translation>標準のプログラムでは開けません：%1。プランを合わせて再実行するか、ゼロで埋めてください。</translation>
    </message>
    <message>
        <source>Our modelling file does not help either: %1.</source>
        <translation>こちらのモデリングファイルでも開けません：%1。</translation>
    </message>
    <message>
        <source>Layers have different numbers of experts, and an expert of zeros would still be chosen.</source>
        <translation>層によってエキスパート数が異なり、ゼロのエキスパートも選ばれてしまいます。</translation>
    </message>
    <message>
        <source>Layers have different numbers of query heads for each key/value head, which zeros do not make equal.</source>
        <translation>層によってキー/バリューヘッドあたりのクエリヘッド数が異なり、ゼロで埋めても揃いません。</translation>
    </message>
    <message>
        <source>Experts were removed, and the router would choose an expert of zeros.</source>
        <translation>エキスパートが除去されており、ルーターがゼロのエキスパートを選んでしまいます。</translation>
    </message>
    <message>
        <source>Linears were factored, and zeros do not bring the whole ones back.</source>
        <translation>線形層が分解されており、ゼロで埋めても元の線形層は戻りません。</translation>
    </message>
    <message>
        <source>Tokens were removed: one of zeros would have a logit of 0, not none.</source>
        <translation>トークンが削除されています。ゼロのトークンのロジットは 0 になり、無しにはなりません。</translation>
    </message>
    <message>
        <source>llama.cpp does not compute factored linears. Write it as merged first, and make the GGUF file of that.</source>
        <translation>llama.cpp は分解された線形層を計算できません。まず統合した形で書き出し、そこから GGUF ファイルを作ってください。</translation>
    </message>
    <message>
        <source>llama.cpp does not compute models like this: %1.</source>
        <translation>llama.cpp はこのようなモデルを計算できません：%1。</translation>
    </message>
    <message>
        <source>this program</source>
        <translation>このプログラム</translation>
    </message>
    <message>
        <source>– not written</source>
        <translation>– 未出力</translation>
    </message>
    <message>
        <source>✓ verified</source>
        <translation>✓ 検証済み</translation>
    </message>
    <message>
        <source>✗ failed</source>
        <translation>✗ 失敗</translation>
    </message>
    <message>
        <source>✗ refused</source>
        <translation>✗ 拒否</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>元モデル</translation>
    </message>
    <message>
        <source>What the run started from: %1</source>
        <translation>実行の出発点：%1</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>枝刈り後</translation>
    </message>
    <message>
        <source>Right after pruning, before any recovery</source>
        <translation>枝刈り直後、回復前</translation>
    </message>
    <message>
        <source>Recovered</source>
        <translation>回復後</translation>
    </message>
    <message>
        <source>The result of the run shown</source>
        <translation>表示中の実行の結果</translation>
    </message>
    <message>
        <source>Original, same training</source>
        <translation>元モデル、同量学習</translation>
    </message>
    <message>
        <source>The original with nothing removed, trained by this run as long as its own model</source>
        <translation>何も除去しない元のモデルを、この実行が自身のモデルと同じだけ学習させたもの</translation>
    </message>
    <message>
        <source>%1 tokens of training</source>
        <translation>%1 トークンを学習</translation>
    </message>
    <message>
        <source>how much it trained is not in its log</source>
        <translation>学習量がログにありません</translation>
    </message>
    <message>
        <source>Original, trained</source>
        <translation>元モデル、学習済み</translation>
    </message>
    <message>
        <source>The original with nothing removed, trained</source>
        <translation>何も除去せずに学習した元モデル</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1、%2</translation>
    </message>
    <message>
        <source>not the same training as the run shown: %1 against %2</source>
        <translation>表示中の実行と学習量が異なります：%1 対 %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>lock %1</source>
        <translation>錠前 %1</translation>
    </message>
    <message>
        <source>≈ %1 parameters, %2</source>
        <translation>≈ %1 パラメータ、%2</translation>
    </message>
    <message>
        <source>%1; perplexity %2</source>
        <translation>%1；パープレキシティ %2</translation>
    </message>
    <message>
        <source>With a padlock here the ratio could not be met.</source>
        <translation>ここに錠前を掛けると、この比率は達成できません。</translation>
    </message>
    <message>
        <source>The padlock holds back %1; an analysis tells what that costs.</source>
        <translation>この錠前が %1 を残しています。その代償は分析で分かります。</translation>
    </message>
    <message>
        <source>The padlock holds back %1; perplexity at this ratio without and with it: %2.</source>
        <translation>この錠前が %1 を残しています。この比率での錠前なしとありのパープレキシティ：%2。</translation>
    </message>
    <message>
        <source>A padlock would hold back %1.</source>
        <translation>錠前を掛けると %1 が残ります。</translation>
    </message>
    <message>
        <source>A padlock would hold back %1; perplexity at this ratio without and with it: %2.</source>
        <translation>錠前を掛けると %1 が残ります。この比率での錠前なしとありのパープレキシティ：%2。</translation>
    </message>
    <message>
        <source>closest would be unequal counts in the blocks, with %1</source>
        <translation>最も近いのはブロックごとに数を変えることで、%1 になります</translation>
    </message>
    <message>
        <source>closest would be steps of one for the %1, with %2</source>
        <translation>最も近いのは%1を 1 つ刻みにすることで、%2 になります</translation>
    </message>
    <message>
        <source>closest would be to let %1 go too, with %2</source>
        <translation>最も近いのは%1も除去できるようにすることで、%2 になります</translation>
    </message>
    <message>
        <source>no other step or unit comes closer than %1</source>
        <translation>ほかの刻みや単位でも %1 より近くはなりません</translation>
    </message>
    <message>
        <source>%1 goes, not the %2 asked for: the steps of what takes part allow nothing closer; %3.</source>
        <translation>除去されるのは求めた %2 ではなく %1 です：対象となる単位の刻みではこれ以上近づけません。%3。</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <translation>%3 の %2 %1 個</translation>
    </message>
    <message>
        <source> (and back: %1)</source>
        <translation> （戻るもの：%1）</translation>
    </message>
    <message>
        <source>%1 and of %2 more node groups</source>
        <translation>%1、ほか %2 個のノードグループから</translation>
    </message>
    <message>
        <source>Nothing more can go within these limits.</source>
        <translation>この制限内では、これ以上取り除けません。</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>パラメータ</translation>
    </message>
    <message>
        <source>groups that go</source>
        <translation>取り除くグループ</translation>
    </message>
    <message>
        <source>bytes of the export</source>
        <translation>エクスポートのバイト数</translation>
    </message>
    <message>
        <source>FLOPs a token</source>
        <translation>トークンあたりの FLOPs</translation>
    </message>
    <message>
        <source>FLOPs</source>
        <translation>FLOPs</translation>
    </message>
    <message>
        <source>milliseconds a token</source>
        <translation>トークンあたりのミリ秒</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>%1%2 nats per token</source>
        <translation>%1%2 nat/トークン</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>is open in another window: %1</source>
        <translation>は別のウィンドウで開かれています：%1</translation>
    </message>
    <message>
        <source>Close it there, or copy the folder.</source>
        <translation>そちらを閉じるか、フォルダーをコピーしてください。</translation>
    </message>
    <message>
        <source>is there already, and is no project</source>
        <translation>は既に存在し、プロジェクトではありません</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>別の名前を選んでください。</translation>
    </message>
    <message>
        <source>cannot be made</source>
        <translation>は作成できません</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>書き込めるフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>Restore the work of %1?</source>
        <translation>%1 の作業を復元しますか？</translation>
    </message>
    <message>
        <source>Project %1.</source>
        <translation>プロジェクト %1。</translation>
    </message>
    <message>
        <source>Model %1.</source>
        <translation>モデル %1。</translation>
    </message>
    <message>
        <source>The project was not saved since.</source>
        <translation>プロジェクトはその後保存されていません。</translation>
    </message>
    <message>
        <source>One edit that was in no file: %1.</source>
        <translation>どのファイルにもなかった編集 1 件：%1。</translation>
    </message>
    <message>
        <source>%1 edits that were in no file, the last one: %2.</source>
        <translation>どのファイルにもなかった編集 %1 件、最後は：%2。</translation>
    </message>
    <message>
        <source>Run %1 was shown.</source>
        <translation>実行 %1 を表示していました。</translation>
    </message>
    <message>
        <source>protect the top %1</source>
        <translation>上位 %1 を保護</translation>
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
        <translation>フェーズ %1</translation>
    </message>
    <message>
        <source>%1, before its first step</source>
        <translation>%1、最初のステップの前</translation>
    </message>
    <message>
        <source>%1, after round %2</source>
        <translation>%1、ラウンド %2 の後</translation>
    </message>
    <message>
        <source>%1:</source>
        <translation>%1：</translation>
    </message>
    <message>
        <source>%1 has perplexity %2, the original %3 (%4)</source>
        <translation>%1 のパープレキシティは %2、元モデルは %3（%4）</translation>
    </message>
    <message>
        <source>, %1 of the mix from here</source>
        <translation>、ここから配合の %1</translation>
    </message>
    <message>
        <source>a process that does not say its name</source>
        <translation>名前不明のプロセス</translation>
    </message>
    <message>
        <source>%1, process %2</source>
        <translation>%1、プロセス %2</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>あるプログラム</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%2 上の %1</translation>
    </message>
    <message>
        <source>%1 groups chosen</source>
        <translation>%1 グループを選択</translation>
    </message>
    <message>
        <source>%1 groups at zero</source>
        <translation>%1 グループがゼロ</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>チェックポイント</translation>
    </message>
    <message>
        <source>the loss is not a number</source>
        <translation>損失が数値ではありません</translation>
    </message>
    <message>
        <source>Step %1: the loss is not a finite number</source>
        <translation>ステップ %1：損失が有限の数ではありません</translation>
    </message>
    <message>
        <source>Period %1: %2 groups chosen to go</source>
        <translation>周期 %1：除去する %2 グループを選択</translation>
    </message>
    <message>
        <source>%1 groups are exactly zero</source>
        <translation>%1 グループが正確にゼロになりました</translation>
    </message>
    <message>
        <source>Perplexity of %1 (%2): %3</source>
        <translation>%1 のパープレキシティ（%2）：%3</translation>
    </message>
    <message>
        <source>; on the same windows %1 ± %2 nats a token above the original</source>
        <translation>；同じウィンドウで元モデルより %1 ± %2 nat/トークン高い</translation>
    </message>
    <message>
        <source>Checkpoint saved at step %1</source>
        <translation>ステップ %1 でチェックポイントを保存</translation>
    </message>
    <message>
        <source>Certificate passed: %1</source>
        <translation>証明書の検証に合格：%1</translation>
    </message>
    <message>
        <source>Certificate failed: %1</source>
        <translation>証明書の検証に不合格：%1</translation>
    </message>
    <message>
        <source>Certificate failed: %1 (%2)</source>
        <translation>証明書の検証に不合格：%1（%2）</translation>
    </message>
    <message>
        <source>equal counts in every block</source>
        <translation>全ブロック同数</translation>
    </message>
    <message>
        <source>free counts</source>
        <translation>数は自由</translation>
    </message>
    <message>
        <source>respects the analysis</source>
        <translation>解析を尊重</translation>
    </message>
    <message>
        <source>without the analysis</source>
        <translation>解析なし</translation>
    </message>
    <message>
        <source>LoRA rank %1</source>
        <translation>LoRA ランク %1</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>シード %1</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>ほか %1 件</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>ステップ %1</translation>
    </message>
    <message>
        <source>step %1: %2</source>
        <translation>ステップ %1：%2</translation>
    </message>
    <message>
        <source>✓ complete</source>
        <translation>✓ 完了</translation>
    </message>
    <message>
        <source>○ running</source>
        <translation>○ 実行中</translation>
    </message>
    <message>
        <source>‖ interrupted</source>
        <translation>‖ 中断</translation>
    </message>
    <message>
        <source>‖ cancelled</source>
        <translation>‖ キャンセル済み</translation>
    </message>
    <message>
        <source>✗ cannot be read</source>
        <translation>✗ 読めません</translation>
    </message>
    <message>
        <source>length of %1</source>
        <translation>%1 の長さ</translation>
    </message>
    <message>
        <source>protect %1</source>
        <translation>%1 を保護</translation>
    </message>
    <message>
        <source>allow %1</source>
        <translation>%1 を許可</translation>
    </message>
    <message>
        <source>leave %1 to the analysis</source>
        <translation>%1 は解析に任せる</translation>
    </message>
    <message>
        <source>Measuring KL</source>
        <translation>KL を測定中</translation>
    </message>
    <message>
        <source>Writing texts</source>
        <translation>テキストを生成中</translation>
    </message>
    <message>
        <source>Explaining a token</source>
        <translation>トークンを説明中</translation>
    </message>
    <message>
        <source>kept whole because you protect it</source>
        <translation>保護されているため全体を残します</translation>
    </message>
    <message>
        <source>may be pruned because you allow it</source>
        <translation>許可されているため枝刈りできます</translation>
    </message>
    <message>
        <source>may be pruned</source>
        <translation>枝刈りできます</translation>
    </message>
    <message>
        <source>kept whole: %1</source>
        <translation>全体を残します：%1</translation>
    </message>
    <message>
        <source>among the %1 that tell most, but a plan with equal counts takes from every block</source>
        <translation>影響の大きい上位 %1 に入りますが、同数のプランでは全ブロックから除去します</translation>
    </message>
    <message>
        <source>among the %1 that tell most, but this plan does not respect the analysis</source>
        <translation>影響の大きい上位 %1 に入りますが、このプランは解析を尊重しません</translation>
    </message>
    <message>
        <source>kept whole: among the %1 that tell most</source>
        <translation>全体を残します：影響の大きい上位 %1 に入ります</translation>
    </message>
    <message>
        <source>Before: the same with other marks of the analysis.</source>
        <translation>以前：分析の印だけが異なる同じもの。</translation>
    </message>
    <message>
        <source>Before: what %1 took first then.</source>
        <translation>以前：そのとき %1 が最初に取ったもの。</translation>
    </message>
    <message>
        <source>Before: by %1, stale.</source>
        <translation>以前：%1 による古い情報。</translation>
    </message>
    <message>
        <source>Before: an estimate by %1.</source>
        <translation>以前：%1 による推定。</translation>
    </message>
    <message>
        <source>Before: even shares.</source>
        <translation>以前：均等な割合。</translation>
    </message>
    <message>
        <source>You protect it.</source>
        <translation>あなたが保護しています。</translation>
    </message>
    <message>
        <source>%1 goes with the block, sub-layer or expert that it belongs to.</source>
        <translation>%1 は、属するブロック、サブレイヤーまたはエキスパートと一緒に除去されます。</translation>
    </message>
    <message>
        <source>%1 keeps all %2. %3</source>
        <translation>%1 は %2 をすべて残します。%3</translation>
    </message>
    <message>
        <source>%1: %2 of %3 %4 go, each %5 parameters.</source>
        <translation>%1：%3 個の%4のうち %2 個を除去、各 %5 パラメータ。</translation>
    </message>
    <message>
        <source>Measured: these are the groups that %1 takes first from the model as it is.</source>
        <translation>実測：%1 が現在のモデルから最初に除去するグループです。</translation>
    </message>
    <message>
        <source>Stale: measured for other settings than today's.</source>
        <translation>古い情報：現在と異なる設定で測定されました。</translation>
    </message>
    <message>
        <source>Estimate: ranked by %1 alone, not by the method.</source>
        <translation>推定：手法ではなく %1 だけで順位付けしています。</translation>
    </message>
    <message>
        <source>Estimate: even shares of every block, nothing is ranked yet.</source>
        <translation>推定：各ブロックから均等に。まだ順位付けされていません。</translation>
    </message>
    <message>
        <source>The run measures again while it trains and decides.</source>
        <translation>実行は学習しながら再測定して決めます。</translation>
    </message>
    <message>
        <source>Behind the plan's counts: what the run shown kept.</source>
        <translation>プランの数の後ろ：表示中の実行が残した数。</translation>
    </message>
    <message>
        <source>The counts moved without an edit.</source>
        <translation>編集なしで数が変わりました。</translation>
    </message>
    <message>
        <source>it keeps equal counts in every block</source>
        <translation>各ブロックで同じ数を残す</translation>
    </message>
    <message>
        <source>it does not respect the analysis</source>
        <translation>解析を尊重しない</translation>
    </message>
    <message>
        <source>The analysis marks %1 as most telling, and this plan takes %2 of it, because %3.</source>
        <translation>解析は %1 を最も重要と示しますが、このプランはその %2 を除去します。理由：%3。</translation>
    </message>
    <message>
        <source>Of %1 node groups that the analysis marks as most telling this plan takes from %2 (most from %3: %4), because %5.</source>
        <translation>解析が影響最大とした %1 ノードグループのうち、このプランは %2 個から除去します（最多は %3：%4）。理由：%5。</translation>
    </message>
    <message>
        <source>masking adds %1 ± %2 nats per token</source>
        <translation>マスクするとトークンあたり %1 ± %2 nat 増加</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>まだ測定されていません</translation>
    </message>
    <message>
        <source>, its place settled after %1 of %2 windows</source>
        <translation>、順位は %2 ウィンドウ中 %1 で確定</translation>
    </message>
    <message>
        <source>not prunable. %1</source>
        <translation>枝刈りできません。%1</translation>
    </message>
    <message>
        <source>Please report this.</source>
        <translation>この問題を報告してください。</translation>
    </message>
    <message>
        <source>The engine is busy.</source>
        <translation>エンジンは処理中です。</translation>
    </message>
    <message>
        <source>Wait until it is done, or cancel it on the Run page.</source>
        <translation>終わるまで待つか、「実行」ページでキャンセルしてください。</translation>
    </message>
    <message>
        <source>Nothing starts while a field is wrong. Mend it, or press Escape in it to take back what it was.</source>
        <translation>誤った欄がある間は何も始まりません。直すか、その欄で Esc を押して元に戻してください。</translation>
    </message>
    <message>
        <source>A run's log is being read.</source>
        <translation>実行のログを読み込んでいます。</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>先にモデルを開いてください。</translation>
    </message>
    <message>
        <source>No plan: %1.</source>
        <translation>プランなし：%1。</translation>
    </message>
    <message>
        <source>There is no plan yet.</source>
        <translation>まだプランがありません。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>キャンセルしました。</translation>
    </message>
    <message>
        <source>quick analysis</source>
        <translation>簡易解析</translation>
    </message>
    <message>
        <source>settled analysis</source>
        <translation>順位確定解析</translation>
    </message>
    <message>
        <source>full analysis</source>
        <translation>完全解析</translation>
    </message>
    <message>
        <source>knowledge analysis</source>
        <translation>知識の解析</translation>
    </message>
    <message>
        <source>starting a run</source>
        <translation>実行の開始</translation>
    </message>
    <message>
        <source>What is in the way is on the Plan page.</source>
        <translation>妨げとなっている点は「プラン」ページにあります。</translation>
    </message>
    <message>
        <source>%1 goes on with this run already.</source>
        <translation>%1 が既にこの実行を続けています。</translation>
    </message>
    <message>
        <source>branching</source>
        <translation>分岐</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>エクスポート</translation>
    </message>
    <message>
        <source>trying groups</source>
        <translation>グループの試行</translation>
    </message>
    <message>
        <source>The groups could not be ranked: %1</source>
        <translation>グループを順位付けできませんでした：%1</translation>
    </message>
    <message>
        <source>writing text</source>
        <translation>テキストの生成</translation>
    </message>
    <message>
        <source>None of these models is on the disk.</source>
        <translation>これらのモデルはどれもディスクにありません。</translation>
    </message>
    <message>
        <source>Choose a column whose run kept its result.</source>
        <translation>実行が結果を残している列を選んでください。</translation>
    </message>
    <message>
        <source>measuring KL</source>
        <translation>KL の測定</translation>
    </message>
    <message>
        <source>There is no model to hold against the original.</source>
        <translation>元モデルと比べるモデルがありません。</translation>
    </message>
    <message>
        <source>explaining a token</source>
        <translation>トークンの説明</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>レシピ (*.json)</translation>
    </message>
    <message>
        <source>There is no such file or folder.</source>
        <translation>そのようなファイルやフォルダーはありません。</translation>
    </message>
    <message>
        <source>Check the spelling of the path, and whether the disk that it lies on is there.</source>
        <translation>パスの綴りと、そのディスクが接続されているかを確かめてください。</translation>
    </message>
    <message>
        <source>This is neither a model, nor a run, nor a recipe, nor a project.</source>
        <translation>これはモデルでも実行でもレシピでもプロジェクトでもありません。</translation>
    </message>
    <message>
        <source>A model is a Hugging Face folder with config.json and model.safetensors or a .gguf file, a run is a folder with events.jsonl, a recipe is a .json file, a project a folder with project.json.</source>
        <translation>モデルは config.json と model.safetensors のある Hugging Face フォルダーか .gguf ファイル、実行は events.jsonl のあるフォルダー、レシピは .json ファイル、プロジェクトは project.json のあるフォルダーです。</translation>
    </message>
    <message>
        <source>opening %1</source>
        <translation>%1 を開く</translation>
    </message>
    <message>
        <source>load %1</source>
        <translation>%1 を読み込む</translation>
    </message>
    <message>
        <source>the recipe of %1</source>
        <translation>%1 のレシピ</translation>
    </message>
    <message>
        <source>is a run's own record, by which it is resumed</source>
        <translation>は実行自身の記録で、再開に使われます</translation>
    </message>
    <message>
        <source>Save the recipe under another name.</source>
        <translation>レシピを別の名前で保存してください。</translation>
    </message>
    <message>
        <source>Recipe saved to %1</source>
        <translation>レシピを %1 に保存しました</translation>
    </message>
    <message>
        <source>There is no run to report.</source>
        <translation>報告する実行がありません。</translation>
    </message>
    <message>
        <source>saving a report</source>
        <translation>レポートの保存</translation>
    </message>
    <message>
        <source>Start a run, or open one.</source>
        <translation>実行を開始するか、開いてください。</translation>
    </message>
    <message>
        <source>Save a report of %1</source>
        <translation>%1 のレポートを保存</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>ウェブページ (*.html)</translation>
    </message>
    <message>
        <source>Another report is being written.</source>
        <translation>別のレポートを書き出しています。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>しばらくしてからやり直してください。</translation>
    </message>
    <message>
        <source>Report saved to %1</source>
        <translation>レポートを %1 に保存しました</translation>
    </message>
    <message>
        <source>copying the command</source>
        <translation>コマンドのコピー</translation>
    </message>
    <message>
        <source>&lt;the recipe as it is now, written when this is copied&gt;</source>
        <translation>&lt;現在のレシピ、コピー時に書き出されます&gt;</translation>
    </message>
    <message>
        <source>&lt;new folder&gt;</source>
        <translation>&lt;新しいフォルダー&gt;</translation>
    </message>
    <message>
        <source>Open a model, a run, a recipe or a project</source>
        <translation>モデル、実行、レシピまたはプロジェクトを開く</translation>
    </message>
    <message>
        <source>Models, runs, recipes and projects (*.gguf *.safetensors *.json *.jsonl);;All files (*)</source>
        <translation>モデル、実行、レシピ、プロジェクト (*.gguf *.safetensors *.json *.jsonl);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>The recipe was changed and is in no file.</source>
        <translation>レシピが変更され、どのファイルにも保存されていません。</translation>
    </message>
    <message>
        <source>Last edit: %1.</source>
        <translation>最後の編集：%1。</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>レシピを保存</translation>
    </message>
    <message>
        <source>This project is open already.</source>
        <translation>このプロジェクトは既に開いています。</translation>
    </message>
    <message>
        <source>the work of %1</source>
        <translation>%1 の作業</translation>
    </message>
    <message>
        <source>The work of %1 is back, %2 edits that were not saved; Undo takes it back.</source>
        <translation>%1 の作業が戻りました（未保存の編集 %2 件）。「元に戻す」で取り消せます。</translation>
    </message>
    <message>
        <source>The work of %1 is back; Undo takes it back.</source>
        <translation>%1 の作業が戻りました。「元に戻す」で取り消せます。</translation>
    </message>
    <message>
        <source>%1 cannot be written: it stays as it is, what you change is kept apart.</source>
        <translation>%1 に書き込めません。そのまま残り、変更は別に保存されます。</translation>
    </message>
    <message>
        <source>saving the project</source>
        <translation>プロジェクトの保存</translation>
    </message>
    <message>
        <source>Saved as project %1; changes are kept as they are made.</source>
        <translation>プロジェクト %1 として保存しました。変更は随時保存されます。</translation>
    </message>
    <message>
        <source>restoring</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>time left not known yet</source>
        <translation>残り時間はまだ不明</translation>
    </message>
    <message>
        <source>%1 to %2 left</source>
        <translation>残り %1～%2</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>残り約 %1</translation>
    </message>
    <message>
        <source>This plan cuts units at once before anything is trained; only what fades can be tried with masks.</source>
        <translation>このプランは学習前に一部の単位を一度に切り取ります。マスクで試せるのは減衰するものだけです。</translation>
    </message>
    <message>
        <source>Nothing is ranked yet: rank the groups, or analyse the knowledge.</source>
        <translation>まだ順位付けされていません。グループを順位付けするか、知識を解析してください。</translation>
    </message>
    <message>
        <source>it failed</source>
        <translation>失敗しました</translation>
    </message>
    <message>
        <source>Choose a smaller size, fewer dots per inch, or SVG or PDF.</source>
        <translation>より小さいサイズか低い解像度、または SVG か PDF を選んでください。</translation>
    </message>
    <message>
        <source>a picture of %1 by %2 pixels is too large; a side has at most %3</source>
        <translation>%1 × %2 ピクセルの画像は大きすぎます。一辺は最大 %3 です</translation>
    </message>
    <message>
        <source>memory lacks for a picture so large</source>
        <translation>これほど大きい画像にはメモリが足りません</translation>
    </message>
    <message>
        <source>the picture cannot be made</source>
        <translation>画像を作成できません</translation>
    </message>
    <message>
        <source>Show as &amp;table…</source>
        <translation>表として表示(&amp;T)…</translation>
    </message>
    <message>
        <source>Copy figure data as CS&amp;V</source>
        <translation>図のデータを CSV としてコピー(&amp;V)</translation>
    </message>
    <message>
        <source>Copy as a &amp;picture</source>
        <translation>画像としてコピー(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Save figure…</source>
        <translation>図を保存(&amp;S)…</translation>
    </message>
    <message>
        <source>%1 as a table</source>
        <translation>%1（表）</translation>
    </message>
    <message>
        <source>Summary of the figure</source>
        <translation>図の要約</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>読み直す(&amp;R)</translation>
    </message>
    <message>
        <source>The numbers as the figure has them now</source>
        <translation>図にある現在の数値</translation>
    </message>
    <message>
        <source>&amp;Copy as CSV</source>
        <translation>CSV としてコピー(&amp;C)</translation>
    </message>
    <message>
        <source>All rows with plain numbers, for a spreadsheet</source>
        <translation>全行を素の数値で、表計算ソフト用に</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Closes this table (Escape)</source>
        <translation>この表を閉じます（Esc）</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>%1 を保存</translation>
    </message>
    <message>
        <source>Save all figures</source>
        <translation>すべての図を保存</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Width in millimetres</source>
        <translation>幅（ミリメートル）</translation>
    </message>
    <message>
        <source>Height in millimetres</source>
        <translation>高さ（ミリメートル）</translation>
    </message>
    <message>
        <source>Dots per inch</source>
        <translation>1 インチあたりのドット数</translation>
    </message>
    <message>
        <source>&amp;Black on white, for paper</source>
        <translation>白地に黒、紙面用(&amp;B)</translation>
    </message>
    <message>
        <source>Black on white, for paper</source>
        <translation>白地に黒、紙面用</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>フォルダー</translation>
    </message>
    <message>
        <source>File</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>Figures to save</source>
        <translation>保存する図</translation>
    </message>
    <message>
        <source>&amp;Figures that show something now</source>
        <translation>いま内容のある図(&amp;F)</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>形式(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>幅(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Height</source>
        <translation>高さ(&amp;H)</translation>
    </message>
    <message>
        <source> dots per inch</source>
        <translation> dpi</translation>
    </message>
    <message>
        <source>Of formats made of pixels</source>
        <translation>ピクセルからなる形式で使われます</translation>
    </message>
    <message>
        <source>&amp;Resolution</source>
        <translation>解像度(&amp;R)</translation>
    </message>
    <message>
        <source>Otherwise in the window's own colours</source>
        <translation>そうでなければウィンドウ自身の色で</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>選択(&amp;C)…</translation>
    </message>
    <message>
        <source>Chooses the folder</source>
        <translation>フォルダーを選びます</translation>
    </message>
    <message>
        <source>Chooses the file</source>
        <translation>ファイルを選びます</translation>
    </message>
    <message>
        <source>&amp;Into folder</source>
        <translation>フォルダーへ(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Into file</source>
        <translation>ファイルへ(&amp;I)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Writes nothing (Escape)</source>
        <translation>何も書き込みません（Esc）</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Writes what is named above (Enter)</source>
        <translation>上に挙げたものを書き出します（Enter）</translation>
    </message>
    <message>
        <source>No figure shows anything yet: open a model first.</source>
        <translation>まだ内容のある図がありません。先にモデルを開いてください。</translation>
    </message>
    <message>
        <source>Say where to.</source>
        <translation>保存先を指定してください。</translation>
    </message>
    <message>
        <source>Tick at least one figure.</source>
        <translation>少なくとも 1 つの図を選んでください。</translation>
    </message>
    <message>
        <source>%1 is there and will be replaced.</source>
        <translation>%1 は既にあり、置き換えられます。</translation>
    </message>
    <message>
        <source>Writes %1.</source>
        <translation>%1 を書き出します。</translation>
    </message>
    <message>
        <source>Writes %1 files; %2 are there and will be replaced.</source>
        <translation>%1 個のファイルを書き出します。%2 個は既にあり、置き換えられます。</translation>
    </message>
    <message>
        <source>Writes %1 files.</source>
        <translation>%1 個のファイルを書き出します。</translation>
    </message>
    <message>
        <source>this folder cannot be made</source>
        <translation>このフォルダーは作成できません</translation>
    </message>
    <message>
        <source>Choose a place that you may write to.</source>
        <translation>書き込める場所を選んでください。</translation>
    </message>
    <message>
        <source>removed: the dashed outline is where it was</source>
        <translation>除去済み：破線の枠は元の位置です</translation>
    </message>
    <message>
        <source>%1 of it left: the dashed outline is what it was</source>
        <translation>残り %1：破線の枠は元の大きさです</translation>
    </message>
    <message>
        <source>Overview of the graph</source>
        <translation>グラフの全体図</translation>
    </message>
    <message>
        <source>All of it in small; the frame is what is in sight and can be dragged</source>
        <translation>全体の縮小図。枠は見えている範囲で、ドラッグできます</translation>
    </message>
    <message>
        <source>Traced graph</source>
        <translation>トレースしたグラフ</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>ボックス</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>タイトル</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>Operators</source>
        <translation>演算子</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>重ね表示</translation>
    </message>
    <message>
        <source>Leads to boxes</source>
        <translation>つながる先</translation>
    </message>
    <message numerus="yes">
        <source>%n box(es); use the arrow keys to walk, Enter to open, Backspace to close</source>
        <translation><numerusform>%n 個のボックス。方向キーで移動、Enter で開く、Backspace で閉じる</numerusform></translation>
    </message>
    <message>
        <source>stem: owns parameters and sets the dimension</source>
        <translation>ステム：パラメータを持ち、次元を決めます</translation>
    </message>
    <message>
        <source>joint: merges its inputs</source>
        <translation>ジョイント：入力を合流させます</translation>
    </message>
    <message>
        <source>accessory: keeps the dimension</source>
        <translation>アクセサリ：次元を保ちます</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>%1 + j</source>
        <translation>%1 + j</translation>
    </message>
    <message>
        <source>%1 + %2·j, %3 long</source>
        <translation>%1 + %2·j、長さ %3</translation>
    </message>
    <message>
        <source>Node group</source>
        <translation>ノードグループ</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>グループ</translation>
    </message>
    <message>
        <source>Each</source>
        <translation>各</translation>
    </message>
    <message>
        <source>%1 parameters saved by one group</source>
        <translation>1 グループで %1 パラメータを削減</translation>
    </message>
    <message>
        <source>Prunable</source>
        <translation>枝刈り可</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>はい</translation>
    </message>
    <message>
        <source>no</source>
        <translation>いいえ</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>テンソル</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>切り取り</translation>
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
        <translation>一次：学習中にゼロになります</translation>
    </message>
    <message>
        <source>secondary: follows when the model is made compact</source>
        <translation>二次：小さなモデルを作るときに続いて除かれます</translation>
    </message>
    <message>
        <source>Group j at</source>
        <translation>グループ j の位置</translation>
    </message>
    <message>
        <source>Node groups</source>
        <translation>ノードグループ</translation>
    </message>
    <message>
        <source>Groups that training can fade</source>
        <translation>学習で減衰させられるグループ</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>割合</translation>
    </message>
    <message>
        <source>Of all parameters; what two kinds share counts for both</source>
        <translation>全パラメータに対する割合。二種類が共有する部分は両方に数えます</translation>
    </message>
    <message>
        <source>Tensors of the selection</source>
        <translation>選択範囲のテンソル</translation>
    </message>
    <message>
        <source>Node groups of the selection</source>
        <translation>選択範囲のノードグループ</translation>
    </message>
    <message>
        <source>Slices cut together</source>
        <translation>一緒に切り取られるスライス</translation>
    </message>
    <message>
        <source>What the model is made of</source>
        <translation>モデルの構成</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>テンソル</translation>
    </message>
    <message>
        <source>Cut together in</source>
        <translation>一緒に切り取られるノードグループ</translation>
    </message>
    <message>
        <source>Slices of the chosen node group</source>
        <translation>選択したノードグループのスライス</translation>
    </message>
    <message>
        <source>What can be made smaller</source>
        <translation>小さくできる部分</translation>
    </message>
    <message>
        <source>The whole model</source>
        <translation>モデル全体</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>モデルなし</translation>
    </message>
    <message>
        <source>%1 parameters in %2 tensors, %3 operators. Click a box, or walk with the arrow keys; Enter opens a block, Backspace closes it.</source>
        <translation>パラメータ %1 個、テンソル %2 個、演算子 %3 個。箱をクリックするか矢印キーで移動します。Enter でブロックを開き、Backspace で閉じます。</translation>
    </message>
    <message>
        <source>%1, output %2, %3</source>
        <translation>%1、出力 %2、%3</translation>
    </message>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation><numerusform>%n 個の演算子</numerusform></translation>
    </message>
    <message>
        <source>No node group cuts this.</source>
        <translation>これを切り取るノードグループはありません。</translation>
    </message>
    <message>
        <source>Not prunable: %1</source>
        <translation>枝刈りできません：%1</translation>
    </message>
    <message>
        <source>Rows and columns of one group in every tensor</source>
        <translation>各テンソルにおける一つのグループの行と列</translation>
    </message>
    <message>
        <source>rows %1 of %2</source>
        <translation>%2 の行 %1</translation>
    </message>
    <message>
        <source>columns %1 of %2</source>
        <translation>%2 の列 %1</translation>
    </message>
    <message>
        <source>Group %1 of %2: %3</source>
        <translation>グループ %1（全 %2）：%3</translation>
    </message>
    <message>
        <source>1 group goes: hatched</source>
        <translation>1 グループを除去：斜線</translation>
    </message>
    <message>
        <source>%1 groups go: hatched</source>
        <translation>%1 グループを除去：斜線</translation>
    </message>
    <message>
        <source>1 more tensor is in the table</source>
        <translation>ほか 1 個のテンソルは表にあります</translation>
    </message>
    <message>
        <source>%1 more tensors are in the table</source>
        <translation>ほか %1 個のテンソルは表にあります</translation>
    </message>
    <message>
        <source>Group %1 of %2: ← and → walk</source>
        <translation>グループ %1（全 %2）：← と → で移動</translation>
    </message>
    <message>
        <source>Please report this. What was just asked for may not have been done.</source>
        <translation>この問題を報告してください。直前に求めた操作は行われていない可能性があります。</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>マニュアル</translation>
    </message>
    <message>
        <source>Search the manual</source>
        <translation>マニュアルを検索</translation>
    </message>
    <message>
        <source>Search all pages; Enter goes to the next place</source>
        <translation>全ページを検索。Enter で次の箇所へ</translation>
    </message>
    <message>
        <source>Pages of the manual</source>
        <translation>マニュアルのページ一覧</translation>
    </message>
    <message>
        <source>Page of the manual</source>
        <translation>マニュアルのページ</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>戻る</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>進む</translation>
    </message>
    <message>
        <source>The help page %1 is not there; the program's resources are not where it looks for them.</source>
        <translation>ヘルプページ %1 がありません。プログラムのリソースが所定の場所にありません。</translation>
    </message>
    <message>
        <source>The window is in this language from the next start on.</source>
        <translation>次回の起動からこの言語になります。</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>システムに合わせる(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open a model, run, recipe or project…</source>
        <translation>モデル、実行、レシピ、プロジェクトを開く(&amp;O)…</translation>
    </message>
    <message>
        <source>Open the &amp;bundled model</source>
        <translation>同梱モデルを開く(&amp;B)</translation>
    </message>
    <message>
        <source>Open a &amp;recipe…</source>
        <translation>レシピを開く(&amp;R)…</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>レシピを開く</translation>
    </message>
    <message>
        <source>&amp;Save the recipe…</source>
        <translation>レシピを保存(&amp;S)…</translation>
    </message>
    <message>
        <source>Save as a &amp;project…</source>
        <translation>プロジェクトとして保存(&amp;P)…</translation>
    </message>
    <message>
        <source>Save as a project</source>
        <translation>プロジェクトとして保存</translation>
    </message>
    <message>
        <source>Projects (*.shearproj)</source>
        <translation>プロジェクト (*.shearproj)</translation>
    </message>
    <message>
        <source>There is a project %1 already.</source>
        <translation>プロジェクト %1 は既にあります。</translation>
    </message>
    <message>
        <source>Its recipe, its page and its list of runs are replaced; the runs stay.</source>
        <translation>そのレシピ、ページ、実行の一覧が置き換えられます。実行自体は残ります。</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>置き換える</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>Save a repor&amp;t of the run…</source>
        <translation>実行のレポートを保存(&amp;T)…</translation>
    </message>
    <message>
        <source>Save all &amp;figures…</source>
        <translation>すべての図を保存(&amp;F)…</translation>
    </message>
    <message numerus="yes">
        <source>%n figure(s) saved.</source>
        <translation><numerusform>%n 個の図を保存しました。</numerusform></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>元に戻す(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>やり直し(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts…</source>
        <translation>キーボードショートカット(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>移動(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>実行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Analyse knowledge</source>
        <translation>知識を解析(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Start run</source>
        <translation>実行を開始(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation>一時停止または続行(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;One step more</source>
        <translation>1 ステップ進める(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Keep a checkpoint now</source>
        <translation>今すぐチェックポイントを保存(&amp;K)</translation>
    </message>
    <message>
        <source>Behind the present step, besides those of the recipe: a run can branch from it</source>
        <translation>レシピのものに加えて、現在のステップの後に保存します。実行はここから分岐できます</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>キャンセル(&amp;C)</translation>
    </message>
    <message>
        <source>Make a s&amp;weep…</source>
        <translation>スイープを作る(&amp;W)…</translation>
    </message>
    <message>
        <source>Slow &amp;motion</source>
        <translation>スローモーション(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Off: as fast as it goes</source>
        <translation>オフ：全速力(&amp;O)</translation>
    </message>
    <message numerus="yes">
        <source>At most %n step(s) a second</source>
        <translation><numerusform>毎秒最大 %n ステップ</numerusform></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外観(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Reduced motion</source>
        <translation>動きを減らす(&amp;R)</translation>
    </message>
    <message>
        <source>Nothing fades, slides or blinks</source>
        <translation>フェード、スライド、点滅をしません</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>言語(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Presentation mode</source>
        <translation>プレゼンテーションモード(&amp;P)</translation>
    </message>
    <message>
        <source>Large type and a projector's colours</source>
        <translation>大きな文字とプロジェクター向けの配色</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>コマンド(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全画面(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>Manual: the &amp;page that is shown</source>
        <translation>マニュアル：表示中のページ(&amp;P)</translation>
    </message>
    <message>
        <source>A&amp;ll pages of the manual</source>
        <translation>マニュアルの全ページ(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;First steps</source>
        <translation>はじめに(&amp;F)</translation>
    </message>
    <message>
        <source>The &amp;ideas, with pictures</source>
        <translation>図で見る考え方(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>キー操作(&amp;K)</translation>
    </message>
    <message>
        <source>M&amp;ethods, and how to choose one</source>
        <translation>手法とその選び方(&amp;E)</translation>
    </message>
    <message>
        <source>The &amp;settings of a recipe</source>
        <translation>レシピの設定(&amp;S)</translation>
    </message>
    <message>
        <source>Mo&amp;del families</source>
        <translation>モデルファミリー(&amp;D)</translation>
    </message>
    <message>
        <source>T&amp;roubleshooting</source>
        <translation>トラブルシューティング(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Tours and lessons</source>
        <translation>ツアーとレッスン(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Messages of this session</source>
        <translation>このセッションのメッセージ(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;About LoRAShear Studio</source>
        <translation>LoRAShear Studio について(&amp;A)</translation>
    </message>
    <message>
        <source>About LoRAShear Studio</source>
        <translation>LoRAShear Studio について</translation>
    </message>
    <message>
        <source>LoRAShear Studio %1</source>
        <translation>LoRAShear Studio %1</translation>
    </message>
    <message>
        <source>Interactive structured pruning of language models, after LoRAShear (Chen et al., 2023). GPL-3.0-or-later.</source>
        <translation>LoRAShear（Chen ら、2023）に基づく、言語モデルの対話的な構造化枝刈り。GPL-3.0-or-later。</translation>
    </message>
    <message>
        <source>Another process: %1</source>
        <translation>別のプロセス：%1</translation>
    </message>
    <message>
        <source>Ranking the groups</source>
        <translation>グループを順位付け中</translation>
    </message>
    <message>
        <source>Engine idle</source>
        <translation>エンジン待機中</translation>
    </message>
    <message>
        <source>Engine working</source>
        <translation>エンジン動作中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>キャンセル中…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Parameters kept</source>
        <translation>残るパラメータ</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>エンジン</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>残り時間</translation>
    </message>
    <message>
        <source>When the work was kept last</source>
        <translation>作業を最後に保存した時刻</translation>
    </message>
    <message>
        <source>Messages of this session, those that were dismissed too</source>
        <translation>このセッションのメッセージ（閉じたものも含む）</translation>
    </message>
    <message>
        <source>plan keeps %1 of %2 parameters</source>
        <translation>プランは %2 パラメータ中 %1 を残します</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>残り %1</translation>
    </message>
    <message>
        <source>kept %1</source>
        <translation>%1 に保存</translation>
    </message>
    <message>
        <source>If the program is killed, the work of that moment can be restored at the next start</source>
        <translation>プログラムが強制終了されても、その時点の作業を次回の起動時に復元できます</translation>
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
        <translation>メッセージ 1 件</translation>
    </message>
    <message>
        <source>%1 messages</source>
        <translation>メッセージ %1 件</translation>
    </message>
    <message>
        <source>A run is going on.</source>
        <translation>実行が進行中です。</translation>
    </message>
    <message>
        <source>It will be cancelled and can be resumed later from its last checkpoint.</source>
        <translation>キャンセルされますが、後で最後のチェックポイントから再開できます。</translation>
    </message>
    <message>
        <source>Cancel the run and close</source>
        <translation>実行をキャンセルして閉じる</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>閉じない</translation>
    </message>
    <message>
        <source>Open a model and look at its sizes</source>
        <translation>モデルを開き、サイズを見る</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>The traced graph and what is cut together</source>
        <translation>トレースしたグラフと、一緒に切り取られるもの</translation>
    </message>
    <message>
        <source>Knowledge</source>
        <translation>知識</translation>
    </message>
    <message>
        <source>Where the model keeps what it knows</source>
        <translation>モデルが知識をどこに持っているか</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>プラン</translation>
    </message>
    <message>
        <source>How much goes, from where, on which schedule</source>
        <translation>どれだけ、どこから、どのスケジュールで除去するか</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>実行</translation>
    </message>
    <message>
        <source>Start, pause, cancel and watch</source>
        <translation>開始、一時停止、キャンセル、観察</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>前と後</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>回復</translation>
    </message>
    <message>
        <source>What each text lost, and how it comes back</source>
        <translation>各テキストで失われたものと、その戻り方</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>エクスポート</translation>
    </message>
    <message>
        <source>Write the result for other programs</source>
        <translation>結果をほかのプログラム用に書き出す</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>実行一覧</translation>
    </message>
    <message>
        <source>All runs beside each other</source>
        <translation>すべての実行を並べて</translation>
    </message>
    <message>
        <source>%1, token %2 “%3”: which removed group changed it?</source>
        <translation>%1、トークン %2「%3」：どの除去グループがこれを変えたか？</translation>
    </message>
    <message>
        <source>It could not be measured: %1.</source>
        <translation>測定できませんでした：%1。</translation>
    </message>
    <message>
        <source>Cancelled before anything was measured.</source>
        <translation>何も測定しないうちにキャンセルされました。</translation>
    </message>
    <message>
        <source>Masking what the run removed and measuring…</source>
        <translation>実行が除去したものをマスクして測定しています…</translation>
    </message>
    <message>
        <source>The original says “%1” here (%2). With all that the run removed masked it says “%3”, and “%1” has %4: %5 nats of KL to explain.</source>
        <translation>元モデルはここで「%1」（%2）と言います。実行が除去したものをすべてマスクすると「%3」と言い、「%1」は %4 になります。説明すべき KL は %5 nat です。</translation>
    </message>
    <message>
        <source>Measured so far: %1.</source>
        <translation>これまでに測定した数：%1。</translation>
    </message>
    <message>
        <source>Cancelled: only this one was measured.</source>
        <translation>キャンセルしました：測定したのはこの 1 つだけです。</translation>
    </message>
    <message>
        <source>Cancelled: only these %1 were measured.</source>
        <translation>キャンセルしました：測定したのはこの %1 個だけです。</translation>
    </message>
    <message>
        <source>Protocol: the original, in fp32, reads the %1 %2 before this one; one part at a time is put back, then the single groups of the one that explains most. No training and no weights of the run: what its training changed is not in it.</source>
        <translation>プロトコル：元モデルが fp32 で、このトークンの前の %1 個の%2を読みます。一度に 1 つの部分だけを戻し、続いて最も多くを説明するものの個々のグループを戻します。学習も実行の重みも使いません。実行の学習による変化は含まれません。</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>トークン</translation>
    </message>
    <message>
        <source>What is to be explained</source>
        <translation>説明すべきもの</translation>
    </message>
    <message>
        <source>Removed groups, those that explain most first</source>
        <translation>除去されたグループ（最も多くを説明するものから）</translation>
    </message>
    <message>
        <source>Which removed group changed a token?</source>
        <translation>どの除去グループがトークンを変えたか？</translation>
    </message>
    <message>
        <source>Let the models write on the first tab, choose a token in the bars below a text, and press Which group? or Return.</source>
        <translation>最初のタブでモデルに書かせ、テキストの下の棒でトークンを選び、「どのグループ？」または Return を押してください。</translation>
    </message>
    <message>
        <source>Block %1: attention</source>
        <translation>ブロック %1：アテンション</translation>
    </message>
    <message>
        <source>Block %1: MLP</source>
        <translation>ブロック %1：MLP</translation>
    </message>
    <message>
        <source>Block %1 as a whole</source>
        <translation>ブロック %1 全体</translation>
    </message>
    <message>
        <source>groups</source>
        <translation>グループ</translation>
    </message>
    <message>
        <source>%1: %2 %3</source>
        <translation>%1：%2 %3</translation>
    </message>
    <message>
        <source>%1: all %2 removed %3</source>
        <translation>%1：除去した %3 すべて（%2）</translation>
    </message>
    <message>
        <source>%1: %2 %3 from %4 to %5</source>
        <translation>%1：%3 %2 個（%4 から %5）</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>戻したもの</translation>
    </message>
    <message>
        <source>%1. Groups: %2</source>
        <translation>%1。グループ：%2</translation>
    </message>
    <message>
        <source>Explains, nats</source>
        <translation>説明する nat</translation>
    </message>
    <message>
        <source>With it back the KL from the original at this token is lower by so much; %1 nats are left</source>
        <translation>これを戻すと、このトークンでの元モデルとの KL がこれだけ下がります。残りは %1 nat です</translation>
    </message>
    <message>
        <source>Of the KL with all removed groups masked; parts work together, so shares need not add up</source>
        <translation>除去したグループをすべてマスクしたときの KL に対する割合。部分は互いに作用するため、合計が 100 % になるとは限りません</translation>
    </message>
    <message>
        <source>KL left, nats</source>
        <translation>残る KL（nat）</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>確率</translation>
    </message>
    <message>
        <source>Of the token that the original holds likeliest; log-probability %1 nats</source>
        <translation>元モデルが最も確からしいとするトークンの確率。対数確率は %1 nat</translation>
    </message>
    <message>
        <source>Likeliest token then</source>
        <translation>そのとき最も確からしいトークン</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>「%1」</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Model in column %1</source>
        <translation>列 %1 のモデル</translation>
    </message>
    <message>
        <source>What texts are held against; figures are always held against the original</source>
        <translation>テキストの比較対象。数値は常に元モデルと比べます</translation>
    </message>
    <message>
        <source>A model to hold against the others: of the run shown, or of another run on the same original</source>
        <translation>ほかと比べるモデル：表示中の実行のもの、または同じ元モデルの別の実行のもの</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>（なし）</translation>
    </message>
    <message>
        <source>(one more)</source>
        <translation>（もう 1 つ）</translation>
    </message>
    <message>
        <source>Progress of what is measured or written</source>
        <translation>測定や生成の進み具合</translation>
    </message>
    <message>
        <source>Models side by side</source>
        <translation>モデルを並べて</translation>
    </message>
    <message>
        <source>Texts of the models</source>
        <translation>各モデルのテキスト</translation>
    </message>
    <message>
        <source>The same &amp;text</source>
        <translation>同じテキスト(&amp;T)</translation>
    </message>
    <message>
        <source>Which head would you remove?</source>
        <translation>どのヘッドを除きますか？</translation>
    </message>
    <message>
        <source>Which group changed a token?</source>
        <translation>どのグループがトークンを変えたか？</translation>
    </message>
    <message>
        <source>Stops it; what was measured or written stays (Ctrl+.)</source>
        <translation>止めます。測定済み、生成済みのものは残ります（Ctrl+.）</translation>
    </message>
    <message>
        <source>Measure KL</source>
        <translation>KL を測定</translation>
    </message>
    <message>
        <source>Holds every token that the models in the columns predict on the first windows of the recipe's first text against the original</source>
        <translation>各列のモデルが予測するトークンを 1 つずつ、レシピの最初のテキストの先頭ウィンドウで元モデルと比べます</translation>
    </message>
    <message>
        <source>Copies the command that writes the texts without a window</source>
        <translation>ウィンドウなしで同じテキストを書くコマンドをコピーします</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Markdown としてコピー</translation>
    </message>
    <message>
        <source>The table, for a report</source>
        <translation>レポート用の表</translation>
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
        <translation>論文用の表をコピーします。booktabs パッケージが必要です</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Copies the plain numbers, spreads and intervals for a spreadsheet</source>
        <translation>素の数値、ばらつき、区間を表計算ソフト用にコピーします</translation>
    </message>
    <message>
        <source>Copy as LaTeX</source>
        <translation>LaTeX としてコピー</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>CSV としてコピー</translation>
    </message>
    <message>
        <source>Table copied as %1.</source>
        <translation>表を %1 としてコピーしました。</translation>
    </message>
    <message>
        <source>Measured under the protocols named; behind a figure, what it is of the original's.</source>
        <translation>記載のプロトコルで測定。数値の後ろは元モデルに対する割合です。</translation>
    </message>
    <message>
        <source>Nothing measured yet: start a run, or open one.</source>
        <translation>まだ何も測定されていません。実行を開始するか、開いてください。</translation>
    </message>
    <message>
        <source>The same prompt</source>
        <translation>同じプロンプト</translation>
    </message>
    <message>
        <source>Beginning of the text</source>
        <translation>テキストの書き出し</translation>
    </message>
    <message>
        <source>All models go on from here</source>
        <translation>すべてのモデルがここから続きを書きます</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>チャット</translation>
    </message>
    <message>
        <source>Ask in the model's chat format</source>
        <translation>モデルのチャット形式で質問します</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>トークン</translation>
    </message>
    <message>
        <source>At most so many tokens are written</source>
        <translation>書くトークン数の上限</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0: always the likeliest token</source>
        <translation>0：常に最有力のトークン</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>The same seed writes the same text</source>
        <translation>同じシードなら同じテキストになります</translation>
    </message>
    <message>
        <source>Write all</source>
        <translation>すべて生成</translation>
    </message>
    <message>
        <source>The models in the columns go on from the same beginning, and every token is held against the original</source>
        <translation>各列のモデルが同じ書き出しから続きを書き、トークンごとに元モデルと比べます</translation>
    </message>
    <message>
        <source>Text in column %1</source>
        <translation>列 %1 のテキスト</translation>
    </message>
    <message>
        <source>KL of each token in column %1</source>
        <translation>列 %1 の各トークンの KL</translation>
    </message>
    <message>
        <source>Which group?</source>
        <translation>どのグループ？</translation>
    </message>
    <message>
        <source>Which removed group changed the chosen token in column %1</source>
        <translation>列 %1 で選んだトークンを変えた除去グループ</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>%1 のテキスト</translation>
    </message>
    <message>
        <source>Its weights are not on the disk</source>
        <translation>重みがディスクにありません</translation>
    </message>
    <message>
        <source>Not written yet</source>
        <translation>まだ書かれていません</translation>
    </message>
    <message>
        <source>Not written: it %1</source>
        <translation>書かれていません：%1</translation>
    </message>
    <message>
        <source>The text is a question, written as the model's chat template wants it; below are the answers</source>
        <translation>テキストはモデルのチャットテンプレートで書かれた質問です。下が回答です</translation>
    </message>
    <message>
        <source>Not for this model: %1</source>
        <translation>このモデルでは使えません：%1</translation>
    </message>
    <message>
        <source>%1: the first %2 words are the same.</source>
        <translation>%1：最初の %2 語が同じです。</translation>
    </message>
    <message>
        <source>All wrote the same.</source>
        <translation>すべて同じテキストになりました。</translation>
    </message>
    <message>
        <source>Underlined: what differs from %1. On a coloured ground: the first token that differs. %2</source>
        <translation>下線：%1 との違い。色付きの地：最初に異なるトークン。%2</translation>
    </message>
    <message>
        <source>Only tokens whose KL from the original was measured can be explained</source>
        <translation>元モデルとの KL を測定したトークンだけが説明できます</translation>
    </message>
    <message>
        <source>This run removed nothing: its training alone made the difference</source>
        <translation>この実行は何も除去していません。違いは学習だけによるものです</translation>
    </message>
    <message>
        <source>Write the texts again first</source>
        <translation>先にテキストを書き直してください</translation>
    </message>
    <message>
        <source>The engine is busy</source>
        <translation>エンジンは使用中です</translation>
    </message>
    <message>
        <source>Which of the groups that the run removed changed this token: they are masked in the original and put back one after the other (Return)</source>
        <translation>実行が除去したグループのうち、どれがこのトークンを変えたか：元モデルでマスクし、1 つずつ戻します（Return）</translation>
    </message>
    <message>
        <source>KL from the original: mean %1, largest %2 nats at “%3”</source>
        <translation>元モデルとの KL：平均 %1、最大 %2 nat（「%3」）</translation>
    </message>
    <message>
        <source>The original itself</source>
        <translation>元モデルそのもの</translation>
    </message>
    <message>
        <source>KL was not measured</source>
        <translation>KL は測定されていません</translation>
    </message>
    <message>
        <source>Used for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>読むもの</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>サイズ</translation>
    </message>
    <message>
        <source>Which text each use reads; choose one to change it</source>
        <translation>各用途が読むテキスト。選んで変更します</translation>
    </message>
    <message>
        <source>Texts that pruning trains on</source>
        <translation>枝刈り中の学習に使うテキスト</translation>
    </message>
    <message>
        <source>Steps a round</source>
        <translation>ラウンドのステップ数</translation>
    </message>
    <message>
        <source>Least length</source>
        <translation>最小の長さ</translation>
    </message>
    <message>
        <source>Text that the analysis measures and calibrates on</source>
        <translation>解析が測定とキャリブレーションに使うテキスト</translation>
    </message>
    <message>
        <source>Without a file, what is held out of the training texts. It should not be a text that the result is judged by. Quick and Full on the Knowledge page set the windows too.</source>
        <translation>ファイルがなければ、学習テキストから取り置いた部分を使います。結果の評価に使うテキストは避けてください。「知識」ページの「簡易」と「完全」はウィンドウ数も設定します。</translation>
    </message>
    <message>
        <source>Phases of the recovery, one after another</source>
        <translation>回復のフェーズ、順番に</translation>
    </message>
    <message>
        <source>Phases of the recovery</source>
        <translation>回復のフェーズ</translation>
    </message>
    <message>
        <source>phase</source>
        <translation>フェーズ</translation>
    </message>
    <message>
        <source>%1: up to %2 rounds of %3 steps</source>
        <translation>%1：最大 %2 ラウンド、各 %3 ステップ</translation>
    </message>
    <message>
        <source>%1 texts</source>
        <translation>%1 個のテキスト</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>フェーズ</translation>
    </message>
    <message>
        <source>Give the phase a name, for charts and events.</source>
        <translation>フェーズに、図やイベントで使う名前を付けてください。</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>ラウンド数</translation>
    </message>
    <message>
        <source>Texts of this phase</source>
        <translation>このフェーズのテキスト</translation>
    </message>
    <message>
        <source>Texts of the chosen phase</source>
        <translation>選択したフェーズのテキスト</translation>
    </message>
    <message>
        <source>A phase needs a text.</source>
        <translation>フェーズにはテキストが必要です。</translation>
    </message>
    <message>
        <source>adding a phase</source>
        <translation>フェーズの追加</translation>
    </message>
    <message>
        <source>Add a training text first.</source>
        <translation>先に学習テキストを追加してください。</translation>
    </message>
    <message>
        <source>add a phase</source>
        <translation>フェーズを追加</translation>
    </message>
    <message>
        <source>Texts that the result is judged by; the first is the headline</source>
        <translation>結果の評価に使うテキスト。最初のものが主指標です</translation>
    </message>
    <message>
        <source>Texts of the evaluation</source>
        <translation>評価のテキスト</translation>
    </message>
    <message>
        <source>text</source>
        <translation>テキスト</translation>
    </message>
    <message>
        <source>Add a text</source>
        <translation>テキストを追加</translation>
    </message>
    <message>
        <source>Texts (*.txt *.raw *.tokens);;All files (*)</source>
        <translation>テキスト (*.txt *.raw *.tokens);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>Choose a text file.</source>
        <translation>テキストファイルを選んでください。</translation>
    </message>
    <message>
        <source>add a text</source>
        <translation>テキストを追加</translation>
    </message>
    <message>
        <source>Zero-shot tasks</source>
        <translation>ゼロショットタスク</translation>
    </message>
    <message>
        <source>none</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Looks for the folder of the task files</source>
        <translation>タスクファイルのフォルダーを探します</translation>
    </message>
    <message>
        <source>Folder of the task files</source>
        <translation>タスクファイルのフォルダー</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>問題数</translation>
    </message>
    <message>
        <source>of each task</source>
        <translation>各タスク</translation>
    </message>
    <message>
        <source>all</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>A folder with one JSON-lines file for each task: boolq, piqa, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa. Leave it empty to measure none.</source>
        <translation>タスクごとに 1 つの JSON Lines ファイルがあるフォルダー：boolq、piqa、hellaswag、winogrande、arc_easy、arc_challenge、openbookqa。空なら測定しません。</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>学習</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>解析</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>回復</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>評価</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>タスク</translation>
    </message>
    <message>
        <source>held out of the training texts</source>
        <translation>学習テキストから取り置き</translation>
    </message>
    <message>
        <source>off</source>
        <translation>オフ</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>存在しません</translation>
    </message>
    <message>
        <source>Make sweep…</source>
        <translation>スイープを作る…</translation>
    </message>
    <message>
        <source>A grid of methods, ratios and seeds over this recipe, for a batch system</source>
        <translation>このレシピに手法・比率・シードの格子を組み、バッチシステム向けに書き出します</translation>
    </message>
    <message>
        <source>Write the result</source>
        <translation>結果を書き出す</translation>
    </message>
    <message>
        <source>Numbers stored as</source>
        <translation>数値の格納形式</translation>
    </message>
    <message>
        <source>Type of the stored weights</source>
        <translation>格納する重みの型</translation>
    </message>
    <message>
        <source>Destination folder</source>
        <translation>出力先フォルダー</translation>
    </message>
    <message>
        <source>A folder that does not exist yet, or an empty one</source>
        <translation>まだ存在しないフォルダー、または空のフォルダー</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選択…</translation>
    </message>
    <message>
        <source>Chooses the folder in which the export's folder is made</source>
        <translation>エクスポートのフォルダーを作る場所を選びます</translation>
    </message>
    <message>
        <source>Where to write the export</source>
        <translation>エクスポートの書き出し先</translation>
    </message>
    <message>
        <source>Copies the command that writes and verifies the same without a window</source>
        <translation>ウィンドウなしで同じものを書き出して検証するコマンドをコピーします</translation>
    </message>
    <message>
        <source>Export and verify</source>
        <translation>エクスポートして検証</translation>
    </message>
    <message>
        <source>Writes the folder, reads it back and compares it with the result of the run</source>
        <translation>フォルダーを書き出し、読み戻して実行の結果と比べます</translation>
    </message>
    <message>
        <source>All formats for this result</source>
        <translation>この結果のすべての形式</translation>
    </message>
    <message>
        <source>All formats</source>
        <translation>すべての形式</translation>
    </message>
    <message>
        <source>What each format is for, and where it opens</source>
        <translation>それぞれの形式の用途と、開けるプログラム</translation>
    </message>
    <message>
        <source>Choose a format: it is explained here.</source>
        <translation>形式を選ぶと、ここに説明が出ます。</translation>
    </message>
    <message>
        <source>Opens in: %1.</source>
        <translation>開けるプログラム：%1。</translation>
    </message>
    <message>
        <source>Offered because %1.</source>
        <translation>これを勧める理由：%1。</translation>
    </message>
    <message>
        <source>as the original</source>
        <translation>元モデルと同じ</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>証明書</translation>
    </message>
    <message>
        <source>Verdict of the certificate</source>
        <translation>証明書の判定</translation>
    </message>
    <message>
        <source>largest logit difference</source>
        <translation>logit の最大差</translation>
    </message>
    <message>
        <source>KL divergence, nats</source>
        <translation>KL ダイバージェンス、nat</translation>
    </message>
    <message>
        <source>same next token</source>
        <translation>次トークンの一致</translation>
    </message>
    <message>
        <source>logits, by rounding</source>
        <translation>丸めによるロジットの差</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>パスをコピー</translation>
    </message>
    <message>
        <source>Copies the folder or file that was verified</source>
        <translation>検証済みのフォルダーまたはファイルをコピーします</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>コピーしました：%1</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>実行 %1</translation>
    </message>
    <message>
        <source>A finished run is needed: start one, or open one.</source>
        <translation>完了した実行が必要です。開始するか、開いてください。</translation>
    </message>
    <message>
        <source>What was merged is rounded to %1: logits change by up to %2, the largest is %3.</source>
        <translation>マージした値を %1 に丸めました：ロジットの変化は最大 %2、最大のロジットは %3 です。</translation>
    </message>
    <message>
        <source>Every export is read back from the disk by itself and compared with what it was made from.</source>
        <translation>エクスポートは毎回、単独でディスクから読み戻し、元と比べます。</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>まだありません</translation>
    </message>
    <message>
        <source>Writing, and reading back what was written…</source>
        <translation>書き出し、読み戻しています…</translation>
    </message>
    <message>
        <source>✗ Nothing was written: %1.</source>
        <translation>✗ 何も書き出されませんでした：%1。</translation>
    </message>
    <message>
        <source>✓ Passed: the folder computes what it was made from.</source>
        <translation>✓ 合格：フォルダーは元と同じ計算をします。</translation>
    </message>
    <message>
        <source>✗ Failed: what was written did not compute what it was made from, so it was removed.</source>
        <translation>✗ 不合格：書き出したものが元と同じ計算をしなかったため、削除しました。</translation>
    </message>
    <message>
        <source>✗ Failed: what was written could not be read back and compared, so it was removed.</source>
        <translation>✗ 不合格：書き出したものを読み戻して比べられなかったため、削除しました。</translation>
    </message>
    <message>
        <source>%1, against %2</source>
        <translation>%1、比較対象 %2</translation>
    </message>
    <message>
        <source>✗ Not for this result: %1</source>
        <translation>✗ この結果には使えません：%1</translation>
    </message>
    <message>
        <source>%1 with our modelling file</source>
        <translation>%1（こちらのモデリングファイルで）</translation>
    </message>
    <message>
        <source>nothing that we know rules of</source>
        <translation>規則のわかっているプログラムはありません</translation>
    </message>
    <message>
        <source>Weights stored as the original's; tokenizer and config come on top</source>
        <translation>重みは元モデルの型で格納。トークナイザーと設定が加わります</translation>
    </message>
    <message>
        <source>Weights stored as %1; tokenizer and config come on top</source>
        <translation>重みは %1 で格納。トークナイザーと設定が加わります</translation>
    </message>
    <message>
        <source>This result</source>
        <translation>この結果</translation>
    </message>
    <message>
        <source>✓ can be written</source>
        <translation>✓ 書き出せます</translation>
    </message>
    <message>
        <source>✗ cannot</source>
        <translation>✗ 不可</translation>
    </message>
    <message>
        <source>Opens in</source>
        <translation>開けるプログラム</translation>
    </message>
    <message>
        <source>What it is, or why not</source>
        <translation>内容、または不可の理由</translation>
    </message>
    <message>
        <source>bars: %1; of a folded box its largest</source>
        <translation>バー：%1。折りたたんだ箱では最大値</translation>
    </message>
    <message>
        <source>bars: %1; of a folded box the mean</source>
        <translation>バー：%1。折りたたんだ箱では平均</translation>
    </message>
    <message>
        <source>%1 to %2 %3</source>
        <translation>%1～%2 %3</translation>
    </message>
    <message>
        <source>Nothing is measured yet: Analyse on the Knowledge page.</source>
        <translation>まだ測定されていません：「知識」ページで解析してください。</translation>
    </message>
    <message>
        <source>Loss added by masking</source>
        <translation>マスクで増える損失</translation>
    </message>
    <message>
        <source>nats per token</source>
        <translation>nat/トークン</translation>
    </message>
    <message>
        <source>No scores yet: they come with an analysis, or when Plan ranks.</source>
        <translation>スコアはまだありません：解析またはプランの順位付けで得られます。</translation>
    </message>
    <message>
        <source>Mean score of a group</source>
        <translation>グループの平均スコア</translation>
    </message>
    <message>
        <source>by %1, no unit</source>
        <translation>%1 による、単位なし</translation>
    </message>
    <message>
        <source>There is no plan.</source>
        <translation>プランがありません。</translation>
    </message>
    <message>
        <source>bars: what the plan keeps</source>
        <translation>バー：プランが残す分</translation>
    </message>
    <message>
        <source>bars: what the run kept</source>
        <translation>バー：実行が残した分</translation>
    </message>
    <message>
        <source>bars: what the run kept at step %1</source>
        <translation>バー：実行がステップ %1 で残した分</translation>
    </message>
    <message>
        <source>Share kept</source>
        <translation>残す割合</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>going</source>
        <translation>除去予定</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>除去済み</translation>
    </message>
    <message>
        <source>kept whole</source>
        <translation>全体を残す</translation>
    </message>
    <message>
        <source>%1 kept, of that %2 whole; %3 going, %4 gone</source>
        <translation>%1 を保持、うち %2 は丸ごと保持。%3 は除去予定、%4 は除去済み</translation>
    </message>
    <message>
        <source>No run of this model has removed anything yet.</source>
        <translation>このモデルの実行はまだ何も除去していません。</translation>
    </message>
    <message>
        <source>bars: planned above, what the run kept below</source>
        <translation>バー：上はプラン、下は実行が残した分</translation>
    </message>
    <message>
        <source>Kept by the run, less what was planned (share)</source>
        <translation>実行が残した分からプランを引いた差（割合）</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>プラン</translation>
    </message>
    <message>
        <source>what the run kept</source>
        <translation>実行が残した分</translation>
    </message>
    <message>
        <source>planned to keep %1, the run kept %2</source>
        <translation>プランでは %1 を保持、実行は %2 を保持</translation>
    </message>
    <message>
        <source>The sizes of this model's tensors are not known.</source>
        <translation>このモデルのテンソルの大きさは不明です。</translation>
    </message>
    <message>
        <source>bars: bytes of the tensors inside</source>
        <translation>バー：中のテンソルのバイト数</translation>
    </message>
    <message>
        <source>bars: bytes of the tensors inside, an average by parameter</source>
        <translation>バー：中のテンソルのバイト数（パラメータ平均）</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>バイト</translation>
    </message>
    <message>
        <source>Bytes, an estimate</source>
        <translation>バイト（推定）</translation>
    </message>
    <message>
        <source>0 to %1</source>
        <translation>0～%1</translation>
    </message>
    <message>
        <source>tensors of %1</source>
        <translation>テンソル計 %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>What is kept, going, gone and kept whole, by parameters</source>
        <translation>パラメータ単位：保持、除去予定、除去済み、丸ごと保持</translation>
    </message>
    <message>
        <source>Planned against actual</source>
        <translation>プランと実際</translation>
    </message>
    <message>
        <source>What the plan keeps, and what the run shown kept</source>
        <translation>プランが残す分と、表示中の実行が残した分</translation>
    </message>
    <message>
        <source>What masking part of a node group adds to the loss, in nats per token</source>
        <translation>ノードグループの一部をマスクすると増える損失（トークンあたりナット）</translation>
    </message>
    <message>
        <source>Saliency</source>
        <translation>顕著性</translation>
    </message>
    <message>
        <source>Mean score of a node group's groups: low ones go first</source>
        <translation>ノードグループ内のグループの平均スコア：低いものから除去</translation>
    </message>
    <message>
        <source>How large the tensors are in the model's file</source>
        <translation>モデルファイル内でのテンソルの大きさ</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Boxes alone</source>
        <translation>箱だけ</translation>
    </message>
    <message>
        <source>%1 operators, %2 blocks · %3</source>
        <translation>演算子 %1、ブロック %2 · %3</translation>
    </message>
    <message>
        <source>%1 · without LoRA: an analysis or a run attaches its adapters</source>
        <translation>%1 · LoRA なし：解析または実行がアダプタを付けます</translation>
    </message>
    <message>
        <source>Border between graph and inspector</source>
        <translation>グラフとインスペクターの境界</translation>
    </message>
    <message>
        <source>Search the graph</source>
        <translation>グラフを検索</translation>
    </message>
    <message>
        <source>Search a block, tensor or operator</source>
        <translation>ブロック、テンソル、演算子を検索</translation>
    </message>
    <message>
        <source>Enter goes to the next hit (Ctrl+F)</source>
        <translation>Enter で次の結果へ（Ctrl+F）</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Opens the chosen module (Enter)</source>
        <translation>選択したモジュールを開きます（Enter）</translation>
    </message>
    <message>
        <source>Closes the module around the chosen box (Backspace)</source>
        <translation>選択したボックスを囲むモジュールを閉じます（Backspace）</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>Shows everything (F); zoom with + and - or Ctrl and the wheel</source>
        <translation>全体を表示（F）。+ と -、または Ctrl とホイールで拡大縮小</translation>
    </message>
    <message>
        <source>What the boxes show</source>
        <translation>箱に表示する内容</translation>
    </message>
    <message>
        <source>Copies the command that prints the traced operators and node groups as JSON</source>
        <translation>トレースした演算子とノードグループを JSON で出力するコマンドをコピーします</translation>
    </message>
    <message>
        <source>Graph over&amp;view</source>
        <translation>グラフの全体図(&amp;V)</translation>
    </message>
    <message>
        <source>All of the graph in small where some of it is out of sight</source>
        <translation>グラフの一部が見えないときに全体を縮小して表示します</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>開く(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Close what is around it</source>
        <translation>外側を閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>全体を表示(&amp;E)</translation>
    </message>
    <message>
        <source>1 of 1</source>
        <translation>1 / 1</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>見つかりません</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>second sheet: opens</source>
        <translation>重なった紙：開けます</translation>
    </message>
    <message>
        <source>stripes: rows or columns that go together</source>
        <translation>縞：一緒に除去される行または列</translation>
    </message>
    <message>
        <source>dashed outline: what was there</source>
        <translation>破線の枠：元にあったもの</translation>
    </message>
    <message>
        <source>Saliency of each group of the chosen node group</source>
        <translation>選択したノードグループの各グループの顕著性</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>順位</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>グループ</translation>
    </message>
    <message>
        <source>goes</source>
        <translation>除去</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>The node group that is looked into, as chosen everywhere in the window</source>
        <translation>調べているノードグループ。ウィンドウ全体の選択と同じです</translation>
    </message>
    <message>
        <source>Saliency proxy</source>
        <translation>顕著性の代理指標</translation>
    </message>
    <message>
        <source>What was measured on this model so far. Analyse and runs add the proxy of the recipe.</source>
        <translation>このモデルでこれまでに測定されたもの。「解析」と実行がレシピの代理指標を加えます。</translation>
    </message>
    <message>
        <source>Order of the groups</source>
        <translation>グループの並び順</translation>
    </message>
    <message>
        <source>Order of the groups in the chart and the table</source>
        <translation>図と表でのグループの並び順</translation>
    </message>
    <message>
        <source>least salient first</source>
        <translation>顕著性の低い順</translation>
    </message>
    <message>
        <source>as in the model</source>
        <translation>モデルと同じ順</translation>
    </message>
    <message>
        <source>Saliency of each group as a table</source>
        <translation>各グループの顕著性の表</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>モデルなし</translation>
    </message>
    <message>
        <source>Choose a node group</source>
        <translation>ノードグループを選択</translation>
    </message>
    <message>
        <source>%1 (ranks the plan)</source>
        <translation>%1（プランの順位付けに使用）</translation>
    </message>
    <message>
        <source>Group %1: saliency %2, rank %3 of %4, %5.</source>
        <translation>グループ %1：顕著性 %2、%4 中 %3 位、%5。</translation>
    </message>
    <message>
        <source>Nothing is ranked yet: a model of this size is not read when it is opened. Press Analyse; what it finds is shown here.</source>
        <translation>まだ順位付けされていません。この大きさのモデルは開いたときに読み込まれません。「解析」を押すと、結果がここに表示されます。</translation>
    </message>
    <message>
        <source>Choose a node group to see which of its heads or neurons matter, and which this plan takes.</source>
        <translation>ノードグループを選ぶと、どのヘッドやニューロンが重要か、このプランがどれを除去するかがわかります。</translation>
    </message>
    <message>
        <source>This proxy says nothing about this node group.</source>
        <translation>この代理指標はこのノードグループについて何も示しません。</translation>
    </message>
    <message>
        <source>Its groups are not ranked. %1</source>
        <translation>グループは順位付けされていません。%1</translation>
    </message>
    <message>
        <source>Saliency of %1 %2, %3 go by this plan</source>
        <translation>%1 個の%2の顕著性、このプランは %3 個を除去</translation>
    </message>
    <message>
        <source>Saliency of each head or neuron</source>
        <translation>各ヘッドまたはニューロンの顕著性</translation>
    </message>
    <message>
        <source>Pale and underlined: goes. Choose a bar or a row for its numbers.</source>
        <translation>淡色と下線：除去。バーか行を選ぶと数値が出ます。</translation>
    </message>
    <message>
        <source>hardly</source>
        <translation>ほとんどなし</translation>
    </message>
    <message>
        <source>a little</source>
        <translation>少し</translation>
    </message>
    <message>
        <source>a lot</source>
        <translation>大いに</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>The heads of this model</source>
        <translation>このモデルのヘッド</translation>
    </message>
    <message>
        <source>Heads, block by block</source>
        <translation>ブロックごとのヘッド</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>最初から</translation>
    </message>
    <message>
        <source>Forgets guesses and covers the answers</source>
        <translation>予想を忘れ、答えを隠します</translation>
    </message>
    <message>
        <source>Show all answers</source>
        <translation>すべての答えを表示</translation>
    </message>
    <message>
        <source>Measures every head, one after the other; the idle engine does it</source>
        <translation>全ヘッドを順に測定します。エンジンの空き時間に行います</translation>
    </message>
    <message>
        <source>Hardly matters</source>
        <translation>ほぼ無関係</translation>
    </message>
    <message>
        <source>My guess: perplexity rises by less than 1 %. Then it is measured.</source>
        <translation>予想：パープレキシティの上昇は 1 % 未満。その後測定します。</translation>
    </message>
    <message>
        <source>A little</source>
        <translation>少し重要</translation>
    </message>
    <message>
        <source>My guess: perplexity rises by 1 to 10 %. Then it is measured.</source>
        <translation>予想：パープレキシティの上昇は 1～10 %。その後測定します。</translation>
    </message>
    <message>
        <source>A lot</source>
        <translation>とても重要</translation>
    </message>
    <message>
        <source>My guess: perplexity rises by more than 10 %. Then it is measured.</source>
        <translation>予想：パープレキシティの上昇は 10 % 超。その後測定します。</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>測定結果</translation>
    </message>
    <message>
        <source>Without this head</source>
        <translation>このヘッドなし</translation>
    </message>
    <message>
        <source>This model has no heads that can be removed one by one.</source>
        <translation>このモデルには 1 つずつ除去できるヘッドがありません。</translation>
    </message>
    <message>
        <source>Choose a head.</source>
        <translation>ヘッドを選んでください。</translation>
    </message>
    <message>
        <source>%1: how much does it matter?</source>
        <translation>%1：どのくらい重要でしょうか？</translation>
    </message>
    <message>
        <source>Measured: %1 (%2).</source>
        <translation>実測：%1（%2）。</translation>
    </message>
    <message>
        <source>You said so. ✓</source>
        <translation>予想どおりです。✓</translation>
    </message>
    <message>
        <source>You said: %1. ✗</source>
        <translation>予想：%1。✗</translation>
    </message>
    <message>
        <source>Masking it and measuring…</source>
        <translation>マスクして測定しています…</translation>
    </message>
    <message>
        <source>Make a guess: the head is masked, and the model measured and asked to write.</source>
        <translation>予想してください。ヘッドをマスクしてモデルを測定し、文章を書かせます。</translation>
    </message>
    <message>
        <source>Measured on %1. Nothing is trained.</source>
        <translation>%1 で測定。学習は行いません。</translation>
    </message>
    <message>
        <source>%1 of %2 guesses right.</source>
        <translation>%2 回の予想のうち %1 回正解。</translation>
    </message>
    <message>
        <source>Matters least of the %1 measured: %2 (%3).</source>
        <translation>測定した %1 個で最も重要でないもの：%2（%3）。</translation>
    </message>
    <message>
        <source>Original: perplexity %1</source>
        <translation>元モデル：パープレキシティ %1</translation>
    </message>
    <message>
        <source>Without this head: %1</source>
        <translation>このヘッドなし：%1</translation>
    </message>
    <message>
        <source>fading</source>
        <translation>減衰中</translation>
    </message>
    <message>
        <source>set to zero by the test</source>
        <translation>検定でゼロにされた</translation>
    </message>
    <message>
        <source>grows back</source>
        <translation>元に戻る</translation>
    </message>
    <message>
        <source>faded to zero</source>
        <translation>ゼロまで減衰した</translation>
    </message>
    <message>
        <source>Half-space</source>
        <translation>半空間</translation>
    </message>
    <message>
        <source>Norm before</source>
        <translation>以前のノルム</translation>
    </message>
    <message>
        <source>Norm</source>
        <translation>ノルム</translation>
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
        <translation>方向成分</translation>
    </message>
    <message>
        <source>What the test holds against its boundary</source>
        <translation>検定が境界と比べる値</translation>
    </message>
    <message>
        <source>Groups of the half-space test as a table</source>
        <translation>半空間検定のグループの表</translation>
    </message>
    <message>
        <source>boundary</source>
        <translation>境界</translation>
    </message>
    <message>
        <source>crossed it</source>
        <translation>境界を越えた</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>表で表示</translation>
    </message>
    <message>
        <source>The same groups as numbers, or as points again</source>
        <translation>同じグループを数値で、または再び点で表示</translation>
    </message>
    <message>
        <source>%1, group %2: norm %3 → %4, angle %5°, along %6, %7</source>
        <translation>%1、グループ %2：ノルム %3 → %4、角度 %5°、方向成分 %6、%7</translation>
    </message>
    <message>
        <source>Step %1: %2 groups fade, %3 crossed the boundary at %4, %5 reached the end of their period.</source>
        <translation>ステップ %1：%2 グループが減衰中、%3 グループが %4 で境界を越え、%5 グループが周期の終わりに達しました。</translation>
    </message>
    <message>
        <source>Step %1: of %2 groups %3 grow back, since others go in their place; %4 crossed the boundary at %5, %6 reached the end of their period.</source>
        <translation>ステップ %1：%2 グループのうち %3 は代わりに他が除去されるため元に戻り、%4 は境界 %5 を越え、%6 は周期の終わりに達しました。</translation>
    </message>
    <message>
        <source>%1 of them are shown.</source>
        <translation>そのうち %1 個を表示。</translation>
    </message>
    <message>
        <source>LHSPG takes no group back: what was chosen is zero at the end of its period. With over_selection above 1 more are chosen than go, and the test decides which grow back.</source>
        <translation>LHSPG はグループを戻しません。選ばれたものは周期の終わりにゼロになります。over_selection が 1 より大きいと、除去する数より多く選び、どれが育ち直すかを検定が決めます。</translation>
    </message>
    <message>
        <source>LHSPG tests each fading group against its half-space in every step after the warm-up. What the tests of this run see is shown here, group by group.</source>
        <translation>LHSPG はウォームアップの後、毎ステップ、減衰中の各グループを半空間に対して検定します。この実行の検定結果をグループごとにここに示します。</translation>
    </message>
    <message>
        <source>No group is fading yet at this step.</source>
        <translation>このステップではまだ減衰中のグループがありません。</translation>
    </message>
    <message>
        <source>Block %1, head %2</source>
        <translation>ブロック %1、ヘッド %2</translation>
    </message>
    <message>
        <source>%1: perplexity %2 without it</source>
        <translation>%1：これを除くとパープレキシティ %2</translation>
    </message>
    <message>
        <source>%1: being measured</source>
        <translation>%1：測定中</translation>
    </message>
    <message>
        <source>%1: not tried</source>
        <translation>%1：未試行</translation>
    </message>
    <message>
        <source>; you said: %1</source>
        <translation>；予想：%1</translation>
    </message>
    <message>
        <source>Head %1</source>
        <translation>ヘッド %1</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>ブロック %1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Loss added by masking, layers by units</source>
        <translation>マスクによる損失の増加、層 × 単位</translation>
    </message>
    <message>
        <source>Node groups by the loss that masking them adds</source>
        <translation>マスクによる損失の増加順のノードグループ</translation>
    </message>
    <message>
        <source>Over the depth: layers by units</source>
        <translation>深さ方向：層 × 単位</translation>
    </message>
    <message>
        <source>nats per token, logarithmic</source>
        <translation>nat/トークン、対数目盛</translation>
    </message>
    <message>
        <source>Open a model, then Analyse: every layer gets the colour of what masking part of it costs.</source>
        <translation>モデルを開いて「解析」してください。各層の色が、その一部をマスクしたときの損失を表します。</translation>
    </message>
    <message>
        <source>How many node groups add how much</source>
        <translation>損失の増加ごとのノードグループ数</translation>
    </message>
    <message>
        <source>Nothing measured yet.</source>
        <translation>まだ何も測定されていません。</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>層</translation>
    </message>
    <message>
        <source>Loss added</source>
        <translation>損失の増加</translation>
    </message>
    <message>
        <source>nats per token, mean over the ratios probed</source>
        <translation>nat/トークン、試した比率の平均</translation>
    </message>
    <message>
        <source>±</source>
        <translation>±</translation>
    </message>
    <message>
        <source>standard error over batches, or over windows where places are settled</source>
        <translation>バッチごとの標準誤差、順位が早く決まる場合はウィンドウごと</translation>
    </message>
    <message>
        <source>Standing</source>
        <translation>状況</translation>
    </message>
    <message>
        <source>Copies the command that measures the same without a window</source>
        <translation>ウィンドウなしで同じ測定をするコマンドをコピーします</translation>
    </message>
    <message>
        <source>Where the knowledge lies</source>
        <translation>知識のありか</translation>
    </message>
    <message>
        <source>Loss added when part of a node group is masked (nats per token)</source>
        <translation>ノードグループの一部をマスクしたときの損失の増加（nat/トークン）</translation>
    </message>
    <message>
        <source>Knowledge per node group</source>
        <translation>ノードグループごとの知識</translation>
    </message>
    <message>
        <source>Nothing measured yet. Analyse masks the least salient share of one node group after the other and measures how much worse the model predicts the text; nothing is changed by it.</source>
        <translation>まだ何も測定されていません。「解析」は各ノードグループの顕著性が最も低い部分を順にマスクし、テキストの予測がどれだけ悪くなるかを測ります。モデルは変わりません。</translation>
    </message>
    <message>
        <source>hatched: marked as most telling</source>
        <translation>斜線：影響最大の印</translation>
    </message>
    <message>
        <source>standard error</source>
        <translation>標準誤差</translation>
    </message>
    <message>
        <source>&amp;Bars</source>
        <translation>バー(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Map</source>
        <translation>マップ(&amp;M)</translation>
    </message>
    <message>
        <source>Views of the knowledge</source>
        <translation>知識の表示</translation>
    </message>
    <message>
        <source>&amp;Distribution</source>
        <translation>分布(&amp;D)</translation>
    </message>
    <message>
        <source>Knowledge per node group as a table</source>
        <translation>ノードグループごとの知識の表</translation>
    </message>
    <message>
        <source>&amp;Table</source>
        <translation>表(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Inside the node group</source>
        <translation>ノードグループの中(&amp;I)</translation>
    </message>
    <message>
        <source>Mark the top</source>
        <translation>上位に印</translation>
    </message>
    <message>
        <source>Text…</source>
        <translation>テキスト…</translation>
    </message>
    <message>
        <source>Chooses the held-out text to measure on</source>
        <translation>測定に使う取り置きテキストを選びます</translation>
    </message>
    <message>
        <source>Text to measure on</source>
        <translation>測定に使うテキスト</translation>
    </message>
    <message>
        <source>Texts (*.txt);;All files (*)</source>
        <translation>テキスト (*.txt);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>text of the analysis</source>
        <translation>解析のテキスト</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>簡易</translation>
    </message>
    <message>
        <source>One ratio, 8 windows of text</source>
        <translation>比率 1 つ、テキスト 8 ウィンドウ</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>完全</translation>
    </message>
    <message>
        <source>Three ratios, 40 windows of text: slower, with smaller error</source>
        <translation>比率 3 つ、テキスト 40 ウィンドウ：遅い代わりに誤差が小さい</translation>
    </message>
    <message>
        <source>Settled</source>
        <translation>順位確定</translation>
    </message>
    <message>
        <source>One ratio on up to 40 windows: a node group whose place is settled at 95 % confidence is measured no further</source>
        <translation>比率 1 つ、最大 40 ウィンドウ：順位が信頼度 95 % で確定したノードグループはそれ以上測定しません</translation>
    </message>
    <message>
        <source>Progress of the analysis</source>
        <translation>解析の進み具合</translation>
    </message>
    <message>
        <source>Stops within one batch; what was measured stays</source>
        <translation>1 バッチ以内に止まります。測定済みのものは残ります</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>解析</translation>
    </message>
    <message>
        <source>Measures every node group; results are kept for the same model, text and settings</source>
        <translation>すべてのノードグループを測定します。同じモデル、テキスト、設定の結果は保存されます</translation>
    </message>
    <message>
        <source>As measured</source>
        <translation>測定どおり</translation>
    </message>
    <message>
        <source>The analysis decides</source>
        <translation>解析が決めます</translation>
    </message>
    <message>
        <source>Protect</source>
        <translation>保護</translation>
    </message>
    <message>
        <source>Nothing of it is removed</source>
        <translation>何も除去しません</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>許可</translation>
    </message>
    <message>
        <source>May be pruned although the analysis protects it</source>
        <translation>解析が保護していても枝刈りできます</translation>
    </message>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>not prunable</source>
        <translation>枝刈り不可</translation>
    </message>
    <message>
        <source>may go</source>
        <translation>除去可</translation>
    </message>
    <message>
        <source>marked, yet may go</source>
        <translation>印付きだが除去可</translation>
    </message>
    <message>
        <source>protected by you</source>
        <translation>あなたが保護</translation>
    </message>
    <message>
        <source>allowed by you</source>
        <translation>あなたが許可</translation>
    </message>
    <message>
        <source>masking %1 on %2, %3 windows of %4 tokens</source>
        <translation>%2 で %1 をマスク、%4 トークンのウィンドウ %3 個</translation>
    </message>
    <message>
        <source>what is held out of the training texts</source>
        <translation>学習テキストから取り置いた部分</translation>
    </message>
    <message>
        <source> behind the first %1</source>
        <translation> 先頭 %1 個を飛ばして</translation>
    </message>
    <message>
        <source>, until places are settled at %1</source>
        <translation>、順位が信頼度 %1 で確定するまで</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>baseline %1 nats per token over %2 tokens%3</source>
        <translation>ベースライン %1 nat/トークン、%2 トークン%3</translation>
    </message>
    <message>
        <source> · settings changed since, analyse again</source>
        <translation> · その後設定が変わりました。再解析してください</translation>
    </message>
    <message>
        <source>A bar at the left says what was found and why it is kept.</source>
        <translation>左のバーを選ぶと、何がわかり、なぜ残すのかが示されます。</translation>
    </message>
    <message>
        <source>What the model wrote</source>
        <translation>モデルが書いた文章</translation>
    </message>
    <message>
        <source>The run's models go on with the recipe's prompt: the original first, then the one at each checkpoint.</source>
        <translation>この実行のモデルがレシピのプロンプトの続きを書きます。まず元モデル、次に各チェックポイントのモデルです。</translation>
    </message>
    <message>
        <source>%1, written at step %2</source>
        <translation>%1、ステップ %2 で生成</translation>
    </message>
    <message>
        <source>Cheapest next cut</source>
        <translation>最も安い次の一歩</translation>
    </message>
    <message>
        <source>Takes one step more: of all units the one whose parameters add least to the loss (Ctrl+D)</source>
        <translation>もう一歩取り除きます：全単位のうち、パラメータあたりの損失増加が最小のもの（Ctrl+D）</translation>
    </message>
    <message>
        <source>What the cheapest next cut takes and costs</source>
        <translation>最も安い次の一歩が取るものと代償</translation>
    </message>
    <message>
        <source>cheapest next cut: %1</source>
        <translation>最も安い次の一歩：%1</translation>
    </message>
    <message>
        <source>%1: %2 parameters. An analysis tells what that costs.</source>
        <translation>%1：%2 パラメータ。その代償は分析で分かります。</translation>
    </message>
    <message>
        <source>%1: %2 parameters, %3 (perplexity %4).</source>
        <translation>%1：%2 パラメータ、%3（パープレキシティ %4）。</translation>
    </message>
    <message>
        <source>&amp;Protect: nothing of it goes</source>
        <translation>保護：何も除去しない(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Allow: it may go</source>
        <translation>許可：除去してよい(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Leave it to the analysis</source>
        <translation>解析に任せる(&amp;L)</translation>
    </message>
    <message>
        <source>Show in the &amp;graph</source>
        <translation>グラフで表示(&amp;G)</translation>
    </message>
    <message>
        <source>Show what is &amp;known of it</source>
        <translation>わかっていることを表示(&amp;K)</translation>
    </message>
    <message>
        <source>Show in the &amp;plan</source>
        <translation>プランで表示(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Copy what is said of it</source>
        <translation>説明をコピー(&amp;C)</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>次のステップ</translation>
    </message>
    <message>
        <source>What comes next</source>
        <translation>次にすること</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>次へ：%1</translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <translation>%1（Ctrl+%2）</translation>
    </message>
    <message>
        <source>Settings of the plan</source>
        <translation>プランの設定</translation>
    </message>
    <message>
        <source>Tar&amp;get</source>
        <translation>目標(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Schedule</source>
        <translation>スケジュール(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Data</source>
        <translation>データ(&amp;D)</translation>
    </message>
    <message>
        <source>R&amp;un</source>
        <translation>実行(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>全設定(&amp;A)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Takes back the last edit (Ctrl+Z)</source>
        <translation>直前の編集を取り消します（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直し</translation>
    </message>
    <message>
        <source>Does it again (Ctrl+Shift+Z)</source>
        <translation>もう一度行います（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Takes back: %1 (Ctrl+Z)</source>
        <translation>取り消し：%1（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>読み込む…</translation>
    </message>
    <message>
        <source>Opens a recipe</source>
        <translation>レシピを開きます</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Writes everything as a recipe that the command line runs too (Ctrl+S)</source>
        <translation>コマンドラインでも実行できるレシピとしてすべてを書き出します（Ctrl+S）</translation>
    </message>
    <message>
        <source>Copies the command that does the same without a window</source>
        <translation>ウィンドウなしで同じことをするコマンドをコピーします</translation>
    </message>
    <message>
        <source>Start run</source>
        <translation>実行を開始</translation>
    </message>
    <message>
        <source>Starts the run with this plan (Ctrl+Return)</source>
        <translation>このプランで実行を開始します（Ctrl+Return）</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>除去</translation>
    </message>
    <message>
        <source>parameters kept</source>
        <translation>残るパラメータ</translation>
    </message>
    <message>
        <source>weights, estimate</source>
        <translation>重み、推定</translation>
    </message>
    <message>
        <source>go</source>
        <translation>除去</translation>
    </message>
    <message>
        <source>Views of the plan</source>
        <translation>プランの表示</translation>
    </message>
    <message>
        <source>What &amp;goes</source>
        <translation>除去するもの(&amp;G)</translation>
    </message>
    <message>
        <source>What it &amp;costs</source>
        <translation>代償(&amp;C)</translation>
    </message>
    <message>
        <source>What goes, block by block</source>
        <translation>ブロックごとに除去するもの</translation>
    </message>
    <message>
        <source>Groups kept and removed per node group</source>
        <translation>ノードグループごとの残すグループと除去するグループ</translation>
    </message>
    <message>
        <source>Rank now</source>
        <translation>今すぐ順位付け</translation>
    </message>
    <message>
        <source>Asks the method which groups it would take first from the model as it is</source>
        <translation>手法が現在のモデルから最初に除去するグループを調べます</translation>
    </message>
    <message>
        <source>pale: goes</source>
        <translation>淡色：除去</translation>
    </message>
    <message>
        <source>hatched: protected</source>
        <translation>斜線：保護</translation>
    </message>
    <message>
        <source>Up to %1 can be reached with these limits.</source>
        <translation>この制限では最大 %1 まで可能です。</translation>
    </message>
    <message>
        <source>More than these limits leave: at most %1 can go.</source>
        <translation>この制限を超えています。除去できるのは最大 %1 です。</translation>
    </message>
    <message>
        <source>Share of all parameters, embeddings included; exact for these counts</source>
        <translation>埋め込みを含む全パラメータに対する割合。この数では正確な値です</translation>
    </message>
    <message>
        <source>Shares: %1 are %2 of what goes, not %3: at this ratio the steps of the units allow no closer split.</source>
        <translation>配分: 削除分のうち%1は %2 で、%3 ではありません。この比率では単位の刻みでこれ以上近づけません。</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%2 %3 中 %1</translation>
    </message>
    <message>
        <source> · run: %1</source>
        <translation> · 実行：%1</translation>
    </message>
    <message>
        <source>The run shown kept %1.</source>
        <translation>表示中の実行は %1 を残しました。</translation>
    </message>
    <message>
        <source>%1 See the Data tab.</source>
        <translation>%1 「データ」タブを参照してください。</translation>
    </message>
    <message>
        <source>%1 And %2 more: see the Data tab.</source>
        <translation>%1 ほか %2 件。「データ」タブを参照してください。</translation>
    </message>
    <message>
        <source>snap to the nearest loadable plan</source>
        <translation>読み込める最寄りのプランに合わせる</translation>
    </message>
    <message>
        <source>So that %1 opens it, %2 goes instead of %3.</source>
        <translation>%1 で開けるように、%3 の代わりに %2 を除去します。</translation>
    </message>
    <message>
        <source>%1 opens it now; %2 goes, as before.</source>
        <translation>%1 で開けます。除去は以前と同じ %2 です。</translation>
    </message>
    <message>
        <source>Every block keeps as much as %1, which you protect.</source>
        <translation>すべてのブロックが、保護されている %1 と同じだけ残します。</translation>
    </message>
    <message>
        <source>Undo takes it back.</source>
        <translation>「元に戻す」で取り消せます。</translation>
    </message>
    <message>
        <source>A run cannot start. %1</source>
        <translation>実行を開始できません。%1</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>選択</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>%1: choose the share</source>
        <translation>%1：割合を選ぶ</translation>
    </message>
    <message>
        <source>%1: share of the removed parameters</source>
        <translation>%1：除去パラメータに占める割合</translation>
    </message>
    <message>
        <source>%1 may go</source>
        <translation>%1 を除去可</translation>
    </message>
    <message>
        <source>Keep at least</source>
        <translation>最低限残す数</translation>
    </message>
    <message>
        <source>In steps of</source>
        <translation>刻み</translation>
    </message>
    <message>
        <source>Chosen by</source>
        <translation>選択基準</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>除去</translation>
    </message>
    <message>
        <source>Shares of units</source>
        <translation>単位ごとの割合</translation>
    </message>
    <message>
        <source>Same counts in every block</source>
        <translation>全ブロックで同数</translation>
    </message>
    <message>
        <source>Respect the knowledge analysis</source>
        <translation>知識の解析を尊重</translation>
    </message>
    <message>
        <source>What the rules of protection cost</source>
        <translation>保護ルールの代償</translation>
    </message>
    <message>
        <source>Padlocks at the right protect one node group each: click, or choose a bar and press Space.</source>
        <translation>右の錠前は 1 つのノードグループを保護します。クリックするか、バーを選んで Space を押します。</translation>
    </message>
    <message>
        <source>Schedule in optimizer steps</source>
        <translation>スケジュール（最適化ステップ）</translation>
    </message>
    <message>
        <source>Training of the adapters</source>
        <translation>アダプターの学習</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>by the model's size</source>
        <translation>モデルサイズに応じて</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>バッチ</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>長さ</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>蒸留</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA ランク</translation>
    </message>
    <message>
        <source>LoRA alpha</source>
        <translation>LoRA alpha</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>保存間隔</translation>
    </message>
    <message>
        <source>How it recovers…</source>
        <translation>回復の方法…</translation>
    </message>
    <message>
        <source>The scheme of the recovery and its settings, on the page Recover</source>
        <translation>回復の方式とその設定は「回復」ページにあります</translation>
    </message>
    <message>
        <source>protect by rule: %1</source>
        <translation>ルールで保護：%1</translation>
    </message>
    <message>
        <source>First and last block</source>
        <translation>最初と最後のブロック</translation>
    </message>
    <message>
        <source>All of %1</source>
        <translation>%1 のすべて</translation>
    </message>
    <message>
        <source>Add a rule</source>
        <translation>ルールを追加</translation>
    </message>
    <message>
        <source>Ready rules, each one undoable edit; * stands for any characters, re: begins a regular expression, a comma the next rule</source>
        <translation>用意されたルール（それぞれ 1 つの取り消せる編集）。* は任意の文字列、re: は正規表現の始まり、コンマは次のルールの始まりです</translation>
    </message>
    <message>
        <source>A regular expression…</source>
        <translation>正規表現…</translation>
    </message>
    <message>
        <source>%1: %2 to %3</source>
        <translation>%1：%2～%3</translation>
    </message>
    <message>
        <source>%1: %2, %3 … %4 and all %5</source>
        <translation>%1：%2、%3 … %4 と全部の %5</translation>
    </message>
    <message>
        <source>Legal counts of each block: %1.</source>
        <translation>各ブロックで許される数：%1。</translation>
    </message>
    <message>
        <source>Loss added, the most telling first (nats per token)</source>
        <translation>損失の増加、影響の大きい順（nat/トークン）</translation>
    </message>
    <message>
        <source>Nothing measured yet. Analyse puts every node group at its rank, with its standard error.</source>
        <translation>まだ何も測定されていません。「解析」が各ノードグループの順位と標準誤差を求めます。</translation>
    </message>
    <message>
        <source>the plan keeps it whole</source>
        <translation>プランは全体を残します</translation>
    </message>
    <message>
        <source>The top</source>
        <translation>上位</translation>
    </message>
    <message>
        <source>Share of the node groups to protect</source>
        <translation>保護するノードグループの割合</translation>
    </message>
    <message>
        <source>So many of all node groups that the analysis measures, rounded down</source>
        <translation>解析が測定する全ノードグループに対する割合、端数切り捨て</translation>
    </message>
    <message>
        <source>%1, rank %2 of %3: %4</source>
        <translation>%1、%3 中 %2 位：%4</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%2 で %1</translation>
    </message>
    <message>
        <source>By what is masked: %1.</source>
        <translation>マスクした割合：%1。</translation>
    </message>
    <message>
        <source>Masking made nothing worse: there is nothing to rank.</source>
        <translation>マスクしても何も悪くならなかったため、順位付けするものがありません。</translation>
    </message>
    <message>
        <source>The first %1 of %2 make half of all the loss that was added. Choose one for its numbers.</source>
        <translation>%2 個のうち上位 %1 個が、増加した損失の半分を占めます。選ぶと数値が出ます。</translation>
    </message>
    <message>
        <source>the top %1: %2</source>
        <translation>上位 %1：%2</translation>
    </message>
    <message>
        <source>Protect the top %1</source>
        <translation>上位 %1 を保護</translation>
    </message>
    <message>
        <source>Analyse first: the ranking must be whole</source>
        <translation>先に解析してください。順位がすべて必要です</translation>
    </message>
    <message>
        <source>Less than one node group: choose a larger share</source>
        <translation>ノードグループ 1 個に満たないため、割合を大きくしてください</translation>
    </message>
    <message>
        <source>You protect all of them already</source>
        <translation>すべて保護済みです</translation>
    </message>
    <message>
        <source>The plan keeps 1 node group whole, in one edit that can be undone; what you protect already stays so</source>
        <translation>プランはノードグループ 1 個を丸ごと残します。一回の編集で、元に戻せます。すでに保護したものはそのままです</translation>
    </message>
    <message>
        <source>The plan keeps %1 node groups whole, in one edit that can be undone; what you protect already stays so</source>
        <translation>プランは %1 ノードグループを全体として残します。元に戻せる 1 回の編集で、保護済みのものはそのままです</translation>
    </message>
    <message>
        <source>rank	node group	loss added	standard error
</source>
        <translation>順位	ノードグループ	損失の増加	標準誤差
</translation>
    </message>
    <message>
        <source>Copy the &amp;ranking as a table</source>
        <translation>順位を表としてコピー(&amp;R)</translation>
    </message>
    <message>
        <source>Copies the command that goes on with the run shown, or starts one that recovers like this, without a window</source>
        <translation>ウィンドウなしで、表示中の実行を続ける、または同じように回復する実行を始めるコマンドをコピーします</translation>
    </message>
    <message>
        <source>Texts of the recovery</source>
        <translation>回復のテキスト</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>変更…</translation>
    </message>
    <message>
        <source>Phases, their rounds and the texts they read: on Plan, under Data</source>
        <translation>フェーズ、ラウンド数、読むテキスト：「プラン」の「データ」にあります</translation>
    </message>
    <message>
        <source>Texts of the recovery, and what was lost on each</source>
        <translation>回復のテキストと、それぞれで失われたもの</translation>
    </message>
    <message>
        <source>Perplexity lost against the original</source>
        <translation>元モデルに対して失われたパープレキシティ</translation>
    </message>
    <message>
        <source>Of the held-out part of each text. The pale track: what was lost when the phase began.</source>
        <translation>各テキストの取り置き部分で。淡い線：フェーズ開始時に失われていた分。</translation>
    </message>
    <message>
        <source>Round that is looked at</source>
        <translation>見ているラウンド</translation>
    </message>
    <message>
        <source>The whole window looks at the step behind this round</source>
        <translation>ウィンドウ全体がこのラウンド後のステップを表示します</translation>
    </message>
    <message>
        <source>Perplexity lost against the original, by text</source>
        <translation>元モデルに対して失われたパープレキシティ、テキスト別</translation>
    </message>
    <message>
        <source>Nothing was measured by then.</source>
        <translation>その時点では何も測定されていません。</translation>
    </message>
    <message>
        <source>Mix of texts</source>
        <translation>テキストの配合</translation>
    </message>
    <message>
        <source>step of the recovery</source>
        <translation>回復のステップ</translation>
    </message>
    <message>
        <source>% of sequences</source>
        <translation>系列の %</translation>
    </message>
    <message>
        <source>Lost, by round</source>
        <translation>ラウンドごとの損失分</translation>
    </message>
    <message>
        <source>% above the original</source>
        <translation>元モデルからの増加 %</translation>
    </message>
    <message>
        <source>step of pruning, of the recovery</source>
        <translation>枝刈り、回復のステップ</translation>
    </message>
    <message>
        <source>Training loss, smoothed</source>
        <translation>学習損失、平滑化</translation>
    </message>
    <message>
        <source>each</source>
        <translation>各値</translation>
    </message>
    <message>
        <source>recovery</source>
        <translation>回復</translation>
    </message>
    <message>
        <source>pruning</source>
        <translation>枝刈り</translation>
    </message>
    <message>
        <source>Perplexity at checkpoints</source>
        <translation>各チェックポイントのパープレキシティ</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>パープレキシティ</translation>
    </message>
    <message>
        <source>original</source>
        <translation>元モデル</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>テキスト</translation>
    </message>
    <message>
        <source>Perplexity of the original on what of the text is held out</source>
        <translation>テキストの取り置き部分での元モデルのパープレキシティ</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>現在</translation>
    </message>
    <message>
        <source>Perplexity of the model after the round, on the same</source>
        <translation>ラウンド後のモデルのパープレキシティ、同じ部分で</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>損失分</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>配合</translation>
    </message>
    <message>
        <source>Share of the sequences in the round that follows</source>
        <translation>次のラウンドの系列に占める割合</translation>
    </message>
    <message>
        <source>The settings below are others than those that the run shown recovers with.</source>
        <translation>下の設定は、表示中の実行が回復に使っているものと異なります。</translation>
    </message>
    <message>
        <source>How the next run recovers</source>
        <translation>次の実行の回復方法</translation>
    </message>
    <message>
        <source>Views of the recovery</source>
        <translation>回復の表示</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>配合(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Curves</source>
        <translation>曲線(&amp;C)</translation>
    </message>
    <message>
        <source>up to %1 rounds of %2 steps</source>
        <translation>最大 %1 ラウンド、各 %2 ステップ</translation>
    </message>
    <message>
        <source>In all of the text, by this model's tokenizer; a part is held out</source>
        <translation>テキスト全体、このモデルのトークナイザーで。一部は取り置かれます</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>集計中…</translation>
    </message>
    <message>
        <source>newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>%1: perplexity %2, the original %3</source>
        <translation>%1：パープレキシティ %2、元モデル %3</translation>
    </message>
    <message>
        <source>; %1 when the phase began</source>
        <translation>；フェーズ開始時は %1</translation>
    </message>
    <message>
        <source>; %1 of the mix from here</source>
        <translation>；ここから配合の %1</translation>
    </message>
    <message>
        <source>curves of the first %1 of %2 texts</source>
        <translation>%2 個のテキストのうち最初の %1 個の曲線</translation>
    </message>
    <message>
        <source>Nothing was measured by the step that is looked at.</source>
        <translation>見ているステップまでには何も測定されていません。</translation>
    </message>
    <message>
        <source>The run shown is not so far yet: once it has pruned, every round of the recovery appears here.</source>
        <translation>表示中の実行はまだそこまで進んでいません。枝刈りが済むと、回復の各ラウンドがここに現れます。</translation>
    </message>
    <message>
        <source>Recovery is off: a run ends with the pruned model.</source>
        <translation>回復はオフです。実行は枝刈り後のモデルで終わります。</translation>
    </message>
    <message>
        <source>Once a run has pruned, you see here round by round how much of each text it has lost against the original, how the mix of texts follows, and the curves of the recovery laid over those of pruning.</source>
        <translation>実行の枝刈りが済むと、各テキストで元モデルに対して何が失われたか、配合がどう追随するか、枝刈りの曲線に重ねた回復の曲線を、ラウンドごとにここで見られます。</translation>
    </message>
    <message>
        <source>Copy the whole &amp;round in words</source>
        <translation>ラウンド全体を文章でコピー(&amp;R)</translation>
    </message>
    <message>
        <source>Change the &amp;texts of the recovery…</source>
        <translation>回復のテキストを変更(&amp;T)…</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>取り置き</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>アダプター</translation>
    </message>
    <message>
        <source>fresh</source>
        <translation>新規</translation>
    </message>
    <message>
        <source>those of pruning</source>
        <translation>枝刈りのものを継続</translation>
    </message>
    <message>
        <source>Texts may come again</source>
        <translation>テキストの再使用可</translation>
    </message>
    <message>
        <source>Train norms too</source>
        <translation>正規化層も学習</translation>
    </message>
    <message>
        <source>Train the embedding too</source>
        <translation>埋め込みも学習</translation>
    </message>
    <message>
        <source>Recover after pruning</source>
        <translation>枝刈り後に回復</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Checkpoint to branch from</source>
        <translation>分岐元のチェックポイント</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>分岐</translation>
    </message>
    <message>
        <source>A new run from the chosen checkpoint, with the plan as it is now</source>
        <translation>選択したチェックポイントから、現在のプランで新しい実行を始めます</translation>
    </message>
    <message>
        <source>Resume run</source>
        <translation>実行を再開</translation>
    </message>
    <message>
        <source>Goes on from the newest checkpoint of the run shown</source>
        <translation>表示中の実行の最新チェックポイントから続けます</translation>
    </message>
    <message>
        <source>Stops within one step; the run can be resumed later</source>
        <translation>1 ステップ以内に止まります。後で再開できます</translation>
    </message>
    <message>
        <source>One step</source>
        <translation>1 ステップ</translation>
    </message>
    <message>
        <source>Trains one step more and holds again (Ctrl+Shift+Return)</source>
        <translation>もう 1 ステップ学習して再び止まります（Ctrl+Shift+Return）</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Holds after the present step (Ctrl+P)</source>
        <translation>現在のステップの後で止まります（Ctrl+P）</translation>
    </message>
    <message>
        <source>Starts a new run with the present plan (Ctrl+Return)</source>
        <translation>現在のプランで新しい実行を始めます（Ctrl+Return）</translation>
    </message>
    <message>
        <source>Copies the command that goes on with the run shown, or starts one with the present plan, without a window</source>
        <translation>ウィンドウなしで、表示中の実行を続ける、または現在のプランで始めるコマンドをコピーします</translation>
    </message>
    <message>
        <source>What the engine is doing</source>
        <translation>エンジンがしていること</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>実行の進み具合</translation>
    </message>
    <message>
        <source>Views of the run</source>
        <translation>実行の表示</translation>
    </message>
    <message>
        <source>R&amp;ates and norms</source>
        <translation>学習率とノルム(&amp;A)</translation>
    </message>
    <message>
        <source>Ti&amp;me and memory</source>
        <translation>時間とメモリ(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Half-space</source>
        <translation>半空間(&amp;H)</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>学習損失</translation>
    </message>
    <message>
        <source>step</source>
        <translation>ステップ</translation>
    </message>
    <message>
        <source>each step</source>
        <translation>各ステップ</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>平滑化</translation>
    </message>
    <message>
        <source>parent, smoothed</source>
        <translation>親、平滑化</translation>
    </message>
    <message>
        <source>Groups at zero</source>
        <translation>ゼロのグループ</translation>
    </message>
    <message>
        <source>at zero</source>
        <translation>ゼロ</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目標</translation>
    </message>
    <message>
        <source>held-out windows</source>
        <translation>取り置きウィンドウ</translation>
    </message>
    <message>
        <source>kept on disk</source>
        <translation>ディスクに保存済み</translation>
    </message>
    <message>
        <source>parent</source>
        <translation>親</translation>
    </message>
    <message>
        <source>per step</source>
        <translation>ステップあたり</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>Norms of groups, summed</source>
        <translation>グループのノルム和</translation>
    </message>
    <message>
        <source>norm</source>
        <translation>ノルム</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>勾配</translation>
    </message>
    <message>
        <source>before clipping</source>
        <translation>クリッピング前</translation>
    </message>
    <message>
        <source>Above the original, on the same windows</source>
        <translation>元モデルからの上昇、同じウィンドウで</translation>
    </message>
    <message>
        <source>at checkpoints</source>
        <translation>チェックポイント</translation>
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
        <translation>1 ステップの時間</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ミリ秒</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>トークン/秒</translation>
    </message>
    <message>
        <source>Memory that the process holds</source>
        <translation>プロセスが使うメモリ</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Groups kept per node group</source>
        <translation>ノードグループごとの残るグループ</translation>
    </message>
    <message>
        <source>chosen, fading</source>
        <translation>選択済み、減衰中</translation>
    </message>
    <message>
        <source>Folder of the run</source>
        <translation>実行のフォルダー</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>まだ実行がありません</translation>
    </message>
    <message>
        <source>Events of the run</source>
        <translation>実行のイベント</translation>
    </message>
    <message>
        <source>What the run says</source>
        <translation>実行からのメッセージ</translation>
    </message>
    <message>
        <source>&amp;Events</source>
        <translation>イベント(&amp;E)</translation>
    </message>
    <message>
        <source>Te&amp;xt</source>
        <translation>テキスト(&amp;X)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>ステップ</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>イベント</translation>
    </message>
    <message>
        <source>Warning: %1</source>
        <translation>警告：%1</translation>
    </message>
    <message>
        <source>Error: %1</source>
        <translation>エラー：%1</translation>
    </message>
    <message>
        <source>Groups kept at step %1</source>
        <translation>ステップ %1 で残るグループ</translation>
    </message>
    <message>
        <source>Groups kept, block by block</source>
        <translation>ブロックごとの残るグループ</translation>
    </message>
    <message>
        <source>%1: %2 %3 kept, %4 at zero, %5 fading</source>
        <translation>%1：%2 %3 を残す、ゼロ %4、減衰中 %5</translation>
    </message>
    <message>
        <source>%1, on the page Compare</source>
        <translation>%1、「比較」ページで</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>中断されました</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>完了しました</translation>
    </message>
    <message>
        <source>Cancelled; can be resumed</source>
        <translation>キャンセル済み、再開できます</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失敗しました</translation>
    </message>
    <message>
        <source>%1 is working on this run; you are watching. It is paused, stopped and gone on with there.</source>
        <translation>%1 がこの実行を進めており、ここでは見ているだけです。一時停止、停止、続行はそちらで行います。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>再開</translation>
    </message>
    <message>
        <source>Reading the run's log</source>
        <translation>実行のログを読み込み中</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 トークン/秒</translation>
    </message>
    <message>
        <source>%1 ms a step</source>
        <translation>1 ステップ %1 ミリ秒</translation>
    </message>
    <message>
        <source>slow motion</source>
        <translation>スローモーション</translation>
    </message>
    <message>
        <source>stored as the original</source>
        <translation>元モデルの型で格納</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>測定</translation>
    </message>
    <message>
        <source>Times one product of each kind on these threads, a fraction of a second</source>
        <translation>このスレッド数で各種の積を 1 回ずつ計ります。1 秒もかかりません</translation>
    </message>
    <message>
        <source>Measure how fast this machine computes</source>
        <translation>このマシンの計算速度を測定</translation>
    </message>
    <message>
        <source>Sample begins</source>
        <translation>サンプルの書き出し</translation>
    </message>
    <message>
        <source>Adapters sit on</source>
        <translation>アダプターの位置</translation>
    </message>
    <message>
        <source>Written at the end</source>
        <translation>終了時に書き出す</translation>
    </message>
    <message>
        <source>Measured beside perplexity</source>
        <translation>パープレキシティのほかに測定</translation>
    </message>
    <message>
        <source>Speed, before and after</source>
        <translation>速度、前と後</translation>
    </message>
    <message>
        <source>Sample text</source>
        <translation>サンプルテキスト</translation>
    </message>
    <message>
        <source>A seed is a whole number from 0 to 18446744073709551615.</source>
        <translation>シードは 0 から 18446744073709551615 までの整数です。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>スレッド</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>全コア</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>演算</translation>
    </message>
    <message>
        <source>fp32</source>
        <translation>fp32</translation>
    </message>
    <message>
        <source>mixed: bf16 with fp32 sums</source>
        <translation>混合：bf16、和は fp32</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>デバイス</translation>
    </message>
    <message>
        <source>A device is cpu, cuda or cuda:N, with the number of the GPU.</source>
        <translation>デバイスは cpu、cuda、または cuda:N（N は GPU の番号）です。</translation>
    </message>
    <message>
        <source>Not measured yet whether mixed is faster here.</source>
        <translation>混合がここで速いかどうかはまだ測定されていません。</translation>
    </message>
    <message>
        <source>Measured on %1 threads: fp32 %2, bf16 %3 GFLOPS. Mixed %4.</source>
        <translation>%1 スレッドで測定：fp32 %2、bf16 %3 GFLOPS。混合は%4。</translation>
    </message>
    <message>
        <source>pays here</source>
        <translation>ここでは有利です</translation>
    </message>
    <message>
        <source>does not pay here</source>
        <translation>ここでは有利ではありません</translation>
    </message>
    <message>
        <source>A GPU can be used.</source>
        <translation>GPU を使用できます。</translation>
    </message>
    <message>
        <source>No GPU can be used.</source>
        <translation>使用できる GPU はありません。</translation>
    </message>
    <message>
        <source>Adapter on %1</source>
        <translation>%1 のアダプター</translation>
    </message>
    <message>
        <source>This model has no linear called %1: the run would be refused.</source>
        <translation>このモデルに %1 という線形層はありません。実行は拒否されます。</translation>
    </message>
    <message>
        <source>At least one linear must carry an adapter, or nothing could be trained.</source>
        <translation>少なくとも 1 つの線形層にアダプターが必要です。なければ何も学習できません。</translation>
    </message>
    <message>
        <source>where adapters sit</source>
        <translation>アダプターの位置</translation>
    </message>
    <message>
        <source>Exports that the run writes at its end</source>
        <translation>実行の終了時に書き出すエクスポート</translation>
    </message>
    <message>
        <source>export</source>
        <translation>エクスポート</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>格納の型</translation>
    </message>
    <message>
        <source>add an export</source>
        <translation>エクスポートを追加</translation>
    </message>
    <message>
        <source>the original's type</source>
        <translation>元モデルの型</translation>
    </message>
    <message>
        <source>Schedule and events of the run</source>
        <translation>実行のスケジュールとイベント</translation>
    </message>
    <message>
        <source>Step that is looked at</source>
        <translation>見ているステップ</translation>
    </message>
    <message>
        <source>Looks at an earlier step: groups, half-space and text as they were then
Step by step: arrow keys; from event to event: page up, page down
At the right end it goes along with the run</source>
        <translation>以前のステップを見ます：その時のグループ、半空間、テキスト
ステップごと：方向キー、イベントごと：Page Up、Page Down
右端では実行に追随します</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Goes along with the run again (End)</source>
        <translation>再び実行に追随します（End）</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>ステップ %1 / %2</translation>
    </message>
    <message>
        <source>%1 at zero</source>
        <translation>ゼロ %1</translation>
    </message>
    <message>
        <source>Find runs</source>
        <translation>実行を検索</translation>
    </message>
    <message>
        <source>Find: name, method, status…</source>
        <translation>検索：名前、手法、状態…</translation>
    </message>
    <message>
        <source>Only runs with this anywhere in their row</source>
        <translation>行のどこかにこれを含む実行だけ</translation>
    </message>
    <message>
        <source>The table as it is shown, for a report</source>
        <translation>表示どおりの表、レポート用</translation>
    </message>
    <message>
        <source>The table as it is shown with plain numbers, for a spreadsheet</source>
        <translation>表示どおりの表を素の数値で、表計算ソフト用に</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>実行を開く</translation>
    </message>
    <message>
        <source>Shows the current run on the Run page (Enter)</source>
        <translation>現在の実行を「実行」ページに表示します（Enter）</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>すべての実行</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>No run yet: start one on the Plan page, or open one.</source>
        <translation>まだ実行がありません。「プラン」ページで始めるか、開いてください。</translation>
    </message>
    <message>
        <source>%1 of %2 runs</source>
        <translation>実行 %2 件中 %1 件</translation>
    </message>
    <message>
        <source>1 run</source>
        <translation>実行 1 件</translation>
    </message>
    <message>
        <source>%1 runs</source>
        <translation>実行 %1 件</translation>
    </message>
    <message>
        <source>Copy the folder's path</source>
        <translation>フォルダーのパスをコピー</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>レポートを保存…</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>並べ替え</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>新しい順</translation>
    </message>
    <message>
        <source>Curves of the chosen runs</source>
        <translation>選択した実行の曲線</translation>
    </message>
    <message>
        <source>All figures of all runs</source>
        <translation>すべての実行のすべての数値</translation>
    </message>
    <message>
        <source>tokens trained on</source>
        <translation>学習トークン</translation>
    </message>
    <message>
        <source>time</source>
        <translation>時間</translation>
    </message>
    <message>
        <source>Runs stand here once they have measured their result.</source>
        <translation>実行は結果を測定するとここに現れます。</translation>
    </message>
    <message>
        <source>&amp;Loss</source>
        <translation>損失(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Checkpoints</source>
        <translation>チェックポイント(&amp;C)</translation>
    </message>
    <message>
        <source>All f&amp;igures</source>
        <translation>すべての数値(&amp;I)</translation>
    </message>
    <message>
        <source>Measured on</source>
        <translation>測定テキスト</translation>
    </message>
    <message>
        <source>Text and protocol of the perplexities</source>
        <translation>パープレキシティのテキストとプロトコル</translation>
    </message>
    <message>
        <source>Only perplexities of one text under one protocol can be held against each other</source>
        <translation>比べられるのは、同じテキスト・同じプロトコルのパープレキシティだけです</translation>
    </message>
    <message>
        <source>Size and perplexity</source>
        <translation>サイズとパープレキシティ</translation>
    </message>
    <message>
        <source>beaten by none</source>
        <translation>これに勝るものなし</translation>
    </message>
    <message>
        <source>runs, measured</source>
        <translation>測定済みの実行</translation>
    </message>
    <message>
        <source>%1: %2 parameters, perplexity %3</source>
        <translation>%1：%2 パラメータ、パープレキシティ %3</translation>
    </message>
    <message>
        <source>original %1: perplexity %2</source>
        <translation>元モデル %1：パープレキシティ %2</translation>
    </message>
    <message>
        <source>1 run has measured nothing on this text and is not in the picture.</source>
        <translation>1 件の実行はこのテキストで何も測定しておらず、図にありません。</translation>
    </message>
    <message>
        <source>%1 runs have measured nothing on this text and are not in the picture.</source>
        <translation>%1 件の実行はこのテキストで何も測定しておらず、図にありません。</translation>
    </message>
    <message>
        <source>%1 asked for</source>
        <translation>要求 %1</translation>
    </message>
    <message>
        <source>Branched from %1 at step %2</source>
        <translation>%1 のステップ %2 から分岐</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1：%2 → %3</translation>
    </message>
    <message>
        <source>Per token of the original's tokenizer; %1</source>
        <translation>元モデルのトークナイザーのトークンあたり。%1</translation>
    </message>
    <message>
        <source>Not measured on this text</source>
        <translation>このテキストでは測定されていません</translation>
    </message>
    <message>
        <source>On a few windows of the first text: not to be held against the perplexity at the end</source>
        <translation>最初のテキストの数ウィンドウで。終了時のパープレキシティとは比べられません</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>番号</translation>
    </message>
    <message>
        <source>Number of its curve</source>
        <translation>曲線の番号</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>手法</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>除去</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>パープレキシティ</translation>
    </message>
    <message>
        <source>Best
checkpoint</source>
        <translation>最良の
チェックポイント</translation>
    </message>
    <message>
        <source>Last
checkpoint</source>
        <translation>最後の
チェックポイント</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日付</translation>
    </message>
    <message>
        <source>Branched at</source>
        <translation>分岐点</translation>
    </message>
    <message>
        <source>Only what differs from the defaults</source>
        <translation>既定値と異なるものだけ</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>設定を検索</translation>
    </message>
    <message>
        <source>Search names, values and help</source>
        <translation>名前、値、説明を検索</translation>
    </message>
    <message>
        <source>All settings of the recipe</source>
        <translation>レシピの全設定</translation>
    </message>
    <message>
        <source>Enter or a double click edits the value. Names are those of recipe files; bold ones differ from the default.</source>
        <translation>Enter かダブルクリックで値を編集します。名前はレシピファイルのものです。太字は既定値と異なります。</translation>
    </message>
    <message>
        <source>Allowed: %1.</source>
        <translation>許容：%1。</translation>
    </message>
    <message>
        <source>Default: %1.</source>
        <translation>既定値：%1。</translation>
    </message>
    <message>
        <source>Another model is opened on the Model page.</source>
        <translation>別のモデルは「モデル」ページで開きます。</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>編集</translation>
    </message>
    <message>
        <source>Back to the default</source>
        <translation>既定値に戻す</translation>
    </message>
    <message>
        <source>Copy the name</source>
        <translation>名前をコピー</translation>
    </message>
    <message>
        <source>Copy the value</source>
        <translation>値をコピー</translation>
    </message>
    <message>
        <source>At this ratio</source>
        <translation>この比率で</translation>
    </message>
    <message>
        <source>Free counts</source>
        <translation>自由な数</translation>
    </message>
    <message>
        <source>Every block loses what costs least; written as it is, with the modelling file that opens it</source>
        <translation>各ブロックから最も安いものを取り除き、そのまま、開くためのモデリングファイルとともに書き出します</translation>
    </message>
    <message>
        <source>Equal counts</source>
        <translation>等しい数</translation>
    </message>
    <message>
        <source>Every block keeps as much: an ordinary checkpoint that stock programs open</source>
        <translation>各ブロックが同じ数を残します：標準のプログラムで開ける普通のチェックポイント</translation>
    </message>
    <message>
        <source>Free, padded</source>
        <translation>自由・ゼロ埋め</translation>
    </message>
    <message>
        <source>Every block loses what costs least, and zeros fill all up to the largest: opens in stock programs, and is larger</source>
        <translation>各ブロックから最も安いものを取り除き、最大のものまでゼロで埋めます：標準のプログラムで開けますが、大きくなります</translation>
    </message>
    <message>
        <source>shape of the result: %1</source>
        <translation>結果の形：%1</translation>
    </message>
    <message>
        <source>What the program does</source>
        <translation>このプログラムがすること</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>ブロック</translation>
    </message>
    <message>
        <source>Query heads</source>
        <translation>クエリヘッド</translation>
    </message>
    <message>
        <source>KV heads</source>
        <translation>KV ヘッド</translation>
    </message>
    <message>
        <source>Queries per KV head</source>
        <translation>KV ヘッドあたりのクエリ</translation>
    </message>
    <message>
        <source>MLP neurons</source>
        <translation>MLP ニューロン</translation>
    </message>
    <message>
        <source>Bundled: stories260K</source>
        <translation>同梱：stories260K</translation>
    </message>
    <message>
        <source>A real trained LLaMA that tells children's stories: 260 thousand parameters, grouped-query attention, 1 MB. Everything can be tried on it in minutes.</source>
        <translation>物語を語る本物の LLaMA：26 万パラメータ、1 MB。何でも数分で試せます。</translation>
    </message>
    <message>
        <source>Open the bundled model</source>
        <translation>同梱モデルを開く</translation>
    </message>
    <message>
        <source>Opens stories260K</source>
        <translation>stories260K を開きます</translation>
    </message>
    <message>
        <source>SmolLM2-135M-Instruct is on this machine too: 135 million parameters, a 98 MB GGUF file.</source>
        <translation>SmolLM2-135M-Instruct もあります：1.35 億パラメータ、98 MB の GGUF。</translation>
    </message>
    <message>
        <source>Open SmolLM2-135M</source>
        <translation>SmolLM2-135M を開く</translation>
    </message>
    <message>
        <source>Opens the GGUF file that get-smollm2.sh brought</source>
        <translation>get-smollm2.sh が取得した GGUF ファイルを開きます</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>自分のモデル</translation>
    </message>
    <message>
        <source>A Hugging Face folder with config.json and model.safetensors, or a GGUF file. Or drop a model, a run folder or a recipe anywhere on this window.</source>
        <translation>Hugging Face フォルダーか GGUF ファイル。モデル、実行、レシピはここにドロップもできます。</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>開く…</translation>
    </message>
    <message>
        <source>A model, a run or a recipe, file or folder (Ctrl+O)</source>
        <translation>モデル、実行、レシピのファイルまたはフォルダー（Ctrl+O）</translation>
    </message>
    <message>
        <source>Open a GGUF file…</source>
        <translation>GGUF ファイルを開く…</translation>
    </message>
    <message>
        <source>A model of llama.cpp; the manual lists which (Model families)</source>
        <translation>llama.cpp のモデル。対応はマニュアルの「モデルファミリー」にあります</translation>
    </message>
    <message>
        <source>Open a GGUF file</source>
        <translation>GGUF ファイルを開く</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF モデル (*.gguf)</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>最近のプロジェクト</translation>
    </message>
    <message>
        <source>Recent models</source>
        <translation>最近のモデル</translation>
    </message>
    <message>
        <source>Recent runs</source>
        <translation>最近の実行</translation>
    </message>
    <message>
        <source>Make a language model smaller, and see what goes</source>
        <translation>言語モデルを小さくし、何が除かれるかを見る</translation>
    </message>
    <message>
        <source>LoRAShear Studio removes whole heads and neurons from a model while it trains a small adapter, then lets the rest learn again what was lost. Nine pages, at the left:</source>
        <translation>LoRAShear Studio は、小さなアダプターを学習させながらモデルからヘッドやニューロンを丸ごと除去し、残りに失われたものを学び直させます。左に 9 つのページがあります：</translation>
    </message>
    <message>
        <source>Model: open one and look at its sizes.</source>
        <translation>モデル：開いてサイズを見ます。</translation>
    </message>
    <message>
        <source>Graph: what the traced forward pass looks like, and which rows and columns must go together.</source>
        <translation>グラフ：トレースした順伝播の姿と、一緒に除去すべき行と列。</translation>
    </message>
    <message>
        <source>Knowledge: measure where the model keeps what it knows; the most telling parts are protected.</source>
        <translation>知識：モデルがどこに知識を持つかを測定します。影響の大きい部分は保護されます。</translation>
    </message>
    <message>
        <source>Plan: say how much shall go, and from where. The answer is immediate.</source>
        <translation>プラン：どれだけ、どこから除去するかを決めます。答えはすぐに出ます。</translation>
    </message>
    <message>
        <source>Run: watch loss, perplexity and groups turning to zero. Pause and cancel at any time.</source>
        <translation>実行：損失、パープレキシティ、ゼロになっていくグループを見ます。いつでも一時停止やキャンセルができます。</translation>
    </message>
    <message>
        <source>Compare: size, speed, perplexity and two stories side by side.</source>
        <translation>比較：サイズ、速度、パープレキシティ、2 つの物語を並べて。</translation>
    </message>
    <message>
        <source>Recover: what each text lost, and how the rest learns it again.</source>
        <translation>回復：各テキストで何が失われ、残りがどう学び直すか。</translation>
    </message>
    <message>
        <source>Export: a folder that other programs load, with a certificate.</source>
        <translation>エクスポート：ほかのプログラムが読み込めるフォルダーと証明書。</translation>
    </message>
    <message>
        <source>Runs: every run beside every other.</source>
        <translation>実行一覧：すべての実行を並べます。</translation>
    </message>
    <message>
        <source>%1   %2</source>
        <translation>%1   %2</translation>
    </message>
    <message>
        <source>weights on disk</source>
        <translation>ディスク上の重み</translation>
    </message>
    <message>
        <source>hidden size</source>
        <translation>隠れ次元</translation>
    </message>
    <message>
        <source>vocabulary</source>
        <translation>語彙</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>ブロック数</translation>
    </message>
    <message>
        <source>Sizes of every block</source>
        <translation>全ブロックのサイズ</translation>
    </message>
    <message>
        <source>Copies the command that prints sizes and node groups of this model</source>
        <translation>このモデルのサイズとノードグループを出力するコマンドをコピーします</translation>
    </message>
    <message>
        <source>Look at the graph</source>
        <translation>グラフを見る</translation>
    </message>
    <message>
        <source>Goes to the Graph page (Ctrl+2)</source>
        <translation>「グラフ」ページへ（Ctrl+2）</translation>
    </message>
    <message>
        <source>%1 (gone)</source>
        <translation>%1（なくなりました）</translation>
    </message>
    <message>
        <source>%1 parameters, embeddings included</source>
        <translation>%1 パラメータ、埋め込みを含む</translation>
    </message>
    <message>
        <source>Family %1, head size %2, up to %3 positions, stored as %4, %5 output head. Tokenizer: %6.</source>
        <translation>ファミリー %1、ヘッド次元 %2、最大 %3 位置、%4 で格納、出力ヘッドは%5。トークナイザー：%6。</translation>
    </message>
    <message>
        <source>tied</source>
        <translation>埋め込みと共有</translation>
    </message>
    <message>
        <source>own</source>
        <translation>独立</translation>
    </message>
    <message>
        <source>%1 Texts are chosen on the Plan page, under Data.</source>
        <translation>%1 テキストは「プラン」ページの「データ」で選びます。</translation>
    </message>
    <message>
        <source>%1 (cannot be read)</source>
        <translation>%1（読めません）</translation>
    </message>
    <message>
        <source>%1
%2 · %3</source>
        <translation>%1
%2 · %3</translation>
    </message>
    <message>
        <source>Make a sweep</source>
        <translation>スイープを作る</translation>
    </message>
    <message>
        <source>The recipe as it is now, with every method at every ratio with every seed. What is written is a bench: its table says what came of each.</source>
        <translation>現在のレシピを、すべての手法・比率・シードの組み合わせで実行します。書き出されるのはベンチで、その表に各結果が並びます。</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>手法</translation>
    </message>
    <message>
        <source>Space ticks the current one</source>
        <translation>スペースキーで現在の項目を選びます</translation>
    </message>
    <message>
        <source>Removed, in per cent</source>
        <translation>除去する割合（%）</translation>
    </message>
    <message>
        <source>Shares of the parameters, with spaces or commas between them</source>
        <translation>パラメーターに占める割合。空白またはコンマで区切ります</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>Whole numbers, with spaces or commas between them</source>
        <translation>整数。空白またはコンマで区切ります</translation>
    </message>
    <message>
        <source>&amp;Train the original as long, too</source>
        <translation>元モデルも同じだけ学習する(&amp;T)</translation>
    </message>
    <message>
        <source>Train the original as long, too</source>
        <translation>元モデルも同じだけ学習する</translation>
    </message>
    <message>
        <source>Once a seed: training on the texts helps the original as well, and pruned models are fairly held against that</source>
        <translation>シードごとに 1 回。学習は元モデルも改善するため、それと比べるのが公平です</translation>
    </message>
    <message>
        <source>&amp;Methods</source>
        <translation>手法(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Removed, %</source>
        <translation>除去、%(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Seeds</source>
        <translation>シード(&amp;S)</translation>
    </message>
    <message>
        <source>Where spec, recipe and script are written</source>
        <translation>仕様・レシピ・スクリプトを書く場所</translation>
    </message>
    <message>
        <source>Command for this machine</source>
        <translation>このマシン用のコマンド</translation>
    </message>
    <message>
        <source>Carries all jobs out here; the same command goes on after a stop</source>
        <translation>すべてのジョブをここで実行します。中断後も同じコマンドで続けます</translation>
    </message>
    <message>
        <source>Command for a batch system</source>
        <translation>バッチシステム用のコマンド</translation>
    </message>
    <message>
        <source>A Slurm array: each task takes jobs until none is left; all nodes must see the folder</source>
        <translation>Slurm の配列。各タスクはジョブがなくなるまで取り出します。すべてのノードからフォルダーが見える必要があります</translation>
    </message>
    <message>
        <source>On t&amp;his machine</source>
        <translation>このマシンで(&amp;H)</translation>
    </message>
    <message>
        <source>By S&amp;lurm</source>
        <translation>Slurm で(&amp;L)</translation>
    </message>
    <message>
        <source>Co&amp;py command</source>
        <translation>コマンドをコピー(&amp;P)</translation>
    </message>
    <message>
        <source>The one for this machine, once the files are written</source>
        <translation>ファイルを書いた後、このマシン用のコマンドをコピーします</translation>
    </message>
    <message>
        <source>What was written stays (Escape)</source>
        <translation>書いたものは残ります (Escape)</translation>
    </message>
    <message>
        <source>&amp;Write</source>
        <translation>書き出す(&amp;W)</translation>
    </message>
    <message>
        <source>Writes the spec, the recipe and the script, once nothing in them is refused</source>
        <translation>問題がなければ仕様・レシピ・スクリプトを書き出します</translation>
    </message>
    <message>
        <source>Where to write the sweep</source>
        <translation>スイープの書き出し先</translation>
    </message>
    <message>
        <source>A field of the recipe is wrong: mend it first.</source>
        <translation>レシピに誤った欄があります。先に直してください。</translation>
    </message>
    <message>
        <source>Removed: numbers between 0 and 100, each once.</source>
        <translation>除去：0 から 100 の数を、それぞれ 1 回だけ。</translation>
    </message>
    <message>
        <source>Seeds: whole numbers from 0, each once.</source>
        <translation>シード：0 以上の整数を、それぞれ 1 回だけ。</translation>
    </message>
    <message>
        <source>Tick at least one method.</source>
        <translation>手法を 1 つ以上選んでください。</translation>
    </message>
    <message>
        <source>Name a folder.</source>
        <translation>フォルダーを指定してください。</translation>
    </message>
    <message>
        <source>%1 jobs: methods %2 × ratios %3 × seeds %4, and the original once a seed</source>
        <translation>ジョブ %1 件：手法 %2 × 比率 %3 × シード %4、および元モデルをシードごとに 1 回</translation>
    </message>
    <message>
        <source>%1 jobs: methods %2 × ratios %3 × seeds %4</source>
        <translation>ジョブ %1 件：手法 %2 × 比率 %3 × シード %4</translation>
    </message>
    <message>
        <source>Written: sweep.json, recipe.json and slurm-array.sh</source>
        <translation>書き出しました：sweep.json、recipe.json、slurm-array.sh</translation>
    </message>
    <message>
        <source>Sweep written to %1</source>
        <translation>スイープを %1 に書き出しました</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>比率</translation>
    </message>
    <message>
        <source>Unit of the size</source>
        <translation>大きさの単位</translation>
    </message>
    <message>
        <source>What slider and number are in; the plan stays the same</source>
        <translation>スライダーと数値の単位。計画は変わりません</translation>
    </message>
    <message>
        <source>Size of the result in that unit</source>
        <translation>その単位での結果の大きさ</translation>
    </message>
    <message>
        <source>What is left, or of groups how many go; the plan that comes nearest is taken</source>
        <translation>残る量（グループでは取り除く数）。最も近い計画を採ります</translation>
    </message>
    <message>
        <source>≈: an estimate. Bytes are those of the weights in the original's type; milliseconds are the arithmetic alone, at the speed that the probe of this machine measured.</source>
        <translation>≈：推定値。バイト数は元の型での重みのもの、ミリ秒は計算だけで、このマシンの測定で得た速度によります。</translation>
    </message>
    <message>
        <source>%1 removed, %2 parameters left: measured %3 ± %4, %5 against the original</source>
        <translation>%1 除去、残り %2 パラメータ：実測 %3 ± %4、元モデル比 %5</translation>
    </message>
    <message>
        <source>%1 removed, %2 parameters left: estimated %3, between %4 and %5</source>
        <translation>%1 除去、残り %2 パラメータ：推定 %3、%4～%5</translation>
    </message>
    <message>
        <source>What each size costs, before any training</source>
        <translation>学習前の各サイズの代償</translation>
    </message>
    <message>
        <source>parameters left</source>
        <translation>残るパラメータ</translation>
    </message>
    <message>
        <source>estimate and its band</source>
        <translation>推定とその幅</translation>
    </message>
    <message>
        <source>original, measured</source>
        <translation>元モデル、実測</translation>
    </message>
    <message>
        <source>masked, measured</source>
        <translation>マスク、実測</translation>
    </message>
    <message>
        <source>Measure this plan</source>
        <translation>このプランを測定</translation>
    </message>
    <message>
        <source>Masks what the plan removes and measures the loss on the analysis text</source>
        <translation>プランが除去するものをマスクし、解析テキストで損失を測定します</translation>
    </message>
    <message>
        <source>What this plan costs</source>
        <translation>このプランの代償</translation>
    </message>
    <message>
        <source>The original writes</source>
        <translation>元モデルが書く文章</translation>
    </message>
    <message>
        <source>With this plan, before any training</source>
        <translation>このプランで、学習前</translation>
    </message>
    <message>
        <source>original: measured %1</source>
        <translation>元モデル：実測 %1</translation>
    </message>
    <message>
        <source>The sizes are being worked out.</source>
        <translation>サイズを計算しています。</translation>
    </message>
    <message>
        <source>Dots appear as the idle engine measures. Analyse the knowledge for an estimate of every size.</source>
        <translation>エンジンの空き時間に測定し、点が増えていきます。全サイズの推定には知識を解析してください。</translation>
    </message>
    <message>
        <source>line: this plan, %1 removed</source>
        <translation>縦線：このプラン、%1 除去</translation>
    </message>
    <message>
        <source>This plan is not measured yet, and there is no analysis to estimate it from.</source>
        <translation>このプランはまだ測定されておらず、推定に使う解析もありません。</translation>
    </message>
    <message>
        <source>Nothing here is trained: a run trains while it prunes and recovers afterwards, so it ends better than this.</source>
        <translation>ここでは何も学習しません。実行は枝刈りしながら学習し、その後回復するので、最終結果はこれより良くなります。</translation>
    </message>
    <message>
        <source>Measured on %1.</source>
        <translation>%1 で測定。</translation>
    </message>
    <message>
        <source>Original:</source>
        <translation>元モデル：</translation>
    </message>
    <message>
        <source>This plan, untrained:</source>
        <translation>このプラン、未学習：</translation>
    </message>
    <message>
        <source>size of a measured dot</source>
        <translation>測定点のサイズ</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>選択</translation>
    </message>
    <message>
        <source>What analysis, plan and run say of the chosen node group</source>
        <translation>選択したノードグループについて、解析、プラン、実行が示すこと</translation>
    </message>
    <message>
        <source>History</source>
        <translation>履歴</translation>
    </message>
    <message>
        <source>Every edit since the recipe was opened; a click goes back to it</source>
        <translation>レシピを開いてからのすべての編集。クリックでその時点に戻ります</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>ログ</translation>
    </message>
    <message>
        <source>What the program has said: messages, errors, events of the run that goes on</source>
        <translation>プログラムの発言：メッセージ、エラー、進行中の実行のイベント</translation>
    </message>
    <message>
        <source>The chapter of the page that is shown</source>
        <translation>表示中のページの章</translation>
    </message>
    <message>
        <source>Lessons</source>
        <translation>レッスン</translation>
    </message>
    <message>
        <source>Tours and lessons over the window as it is</source>
        <translation>今のウィンドウの上で行うツアーとレッスン</translation>
    </message>
    <message>
        <source>Edits of the recipe</source>
        <translation>レシピの編集</translation>
    </message>
    <message>
        <source>as opened</source>
        <translation>開いたときの状態</translation>
    </message>
    <message>
        <source>Nothing was changed yet.</source>
        <translation>まだ何も変更されていません。</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) in force.</source>
        <translation><numerusform>%n 件の編集が有効です。</numerusform></translation>
    </message>
    <message>
        <source>%1 of %2 edits in force. The next edit takes the place of those below.</source>
        <translation>%2 件の編集のうち %1 件が有効です。次の編集は、それより下のものに取って代わります。</translation>
    </message>
    <message>
        <source>The disk marks what is in a file or a run.</source>
        <translation>ディスクの印は、ファイルか実行に保存された状態です。</translation>
    </message>
    <message>
        <source>Tours and lessons</source>
        <translation>ツアーとレッスン</translation>
    </message>
    <message>
        <source>Walk through it</source>
        <translation>始める</translation>
    </message>
    <message>
        <source>Lights one part of the window after the other; Escape ends it</source>
        <translation>ウィンドウの各部分を順に照らします。Esc で終わります</translation>
    </message>
    <message>
        <source>No tours are there; the program's resources are not where it looks for them.</source>
        <translation>ツアーがありません。プログラムのリソースが所定の場所にありません。</translation>
    </message>
    <message numerus="yes">
        <source>%1 %n step(s).</source>
        <translation><numerusform>%1全 %n ステップ。</numerusform></translation>
    </message>
    <message>
        <source>When</source>
        <translation>時刻</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>What the program has said</source>
        <translation>プログラムの発言</translation>
    </message>
    <message>
        <source>What the log says</source>
        <translation>ログの内容</translation>
    </message>
    <message>
        <source>In the manual</source>
        <translation>マニュアルで見る</translation>
    </message>
    <message>
        <source>Opens the manual where it explains this</source>
        <translation>これを説明しているマニュアルの箇所を開きます</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Copies this line</source>
        <translation>この行をコピーします</translation>
    </message>
    <message>
        <source>What the program says is kept here while the window is open.</source>
        <translation>ウィンドウが開いている間、プログラムの発言がここに残ります。</translation>
    </message>
    <message>
        <source>The manual's chapter of the page that is shown</source>
        <translation>マニュアルの、表示中のページの章</translation>
    </message>
    <message>
        <source>All of the manual…</source>
        <translation>マニュアル全体…</translation>
    </message>
    <message>
        <source>Opens the manual in a window of its own, where it can be searched</source>
        <translation>マニュアルを別のウィンドウで開きます。検索もできます</translation>
    </message>
    <message>
        <source>The manual is not there; the program's resources are not where it looks for them.</source>
        <translation>マニュアルがありません。プログラムのリソースが所定の場所にありません。</translation>
    </message>
    <message>
        <source>Show in the graph</source>
        <translation>グラフで表示</translation>
    </message>
    <message>
        <source>Goes to the Graph page, where its tensors and slices are listed</source>
        <translation>「グラフ」ページへ移ります。テンソルとスライスの一覧があります</translation>
    </message>
    <message>
        <source>Look inside</source>
        <translation>中を見る</translation>
    </message>
    <message>
        <source>Goes to the Knowledge page, where the groups inside it are drawn</source>
        <translation>「知識」ページへ移ります。その中のグループが描かれています</translation>
    </message>
    <message>
        <source>At step %1: %2 of %3 %4 kept, %5 fading.</source>
        <translation>ステップ %1：%3 個の%4のうち %2 個を残し、%5 個が減衰中。</translation>
    </message>
    <message>
        <source>Nothing selected</source>
        <translation>何も選択されていません</translation>
    </message>
    <message>
        <source>Choose a node group in a list, in the graph or by a bar of any page.</source>
        <translation>一覧、グラフ、または各ページのバーからノードグループを選んでください。</translation>
    </message>
    <message>
        <source>%1 %2, each %3 parameters</source>
        <translation>%1 個の%2、各 %3 パラメータ</translation>
    </message>
    <message>
        <source>Branch from step %1</source>
        <translation>ステップ %1 から分岐</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>チェックポイント</translation>
    </message>
    <message>
        <source>Checkpoint of step %1: click to branch from it</source>
        <translation>ステップ %1 のチェックポイント：クリックで分岐</translation>
    </message>
    <message>
        <source>%1; checkpoints to branch from, with [ and ] and Enter: steps %2</source>
        <translation>%1。[ と ] と Enter で分岐できるチェックポイント：ステップ %2</translation>
    </message>
    <message>
        <source>Zoom: wheel, + and -
Move: drag, arrow keys
See everything: double-click, 0</source>
        <translation>拡大縮小：ホイール、+ と -
移動：ドラッグ、方向キー
全体表示：ダブルクリック、0</translation>
    </message>
    <message>
        <source>Values under the mouse</source>
        <translation>マウス位置の値</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>追随</translation>
    </message>
    <message>
        <source>Shows everything again, and new steps as they come (0)</source>
        <translation>再び全体を表示し、新しいステップに追随します（0）</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>全体を表示</translation>
    </message>
    <message>
        <source>Closer</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>Further away</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>%1 %2, lowest %3 at step %4</source>
        <translation>%1 %2、最低 %3（ステップ %4）</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) with a loss that is not a number</source>
        <translation><numerusform>損失が数値でない %n ステップ</numerusform></translation>
    </message>
    <message>
        <source>The half-space test of LHSPG: what a step makes of a group's rows is held against the rows before it.
Left of the boundary a group is set to zero at once; at the end of its period it is zero in any case.
Choose a group: click, arrow keys</source>
        <translation>LHSPG の半空間検定：1 ステップでグループの行がどうなるかを、その前の行と比べます。
境界の左にあるグループはすぐにゼロになり、周期の終わりにはいずれにせよゼロです。
グループの選択：クリック、方向キー</translation>
    </message>
    <message>
        <source>The group that is chosen or under the mouse</source>
        <translation>選択中またはマウス位置のグループ</translation>
    </message>
    <message>
        <source>next rows along the present ones
(1: as long as before)</source>
        <translation>次の行の現在の行に沿った成分
（1：以前と同じ長さ）</translation>
    </message>
    <message>
        <source>norm of the next rows</source>
        <translation>次の行のノルム</translation>
    </message>
    <message>
        <source>set to zero</source>
        <translation>ゼロにされた</translation>
    </message>
    <message>
        <source>Point at a group for its values.</source>
        <translation>グループを指すと値が出ます。</translation>
    </message>
    <message>
        <source>%1 groups, along the present rows from %2 to %3; boundary %4; %5 fading, %6 set to zero by the test, %7 faded out</source>
        <translation>%1 グループ、現在の行に沿って %2～%3。境界 %4。減衰中 %5、検定でゼロ %6、減衰済み %7</translation>
    </message>
    <message>
        <source>%1 grow back, since others go in their place</source>
        <translation>%1 は代わりに他が除去されるため元に戻ります</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>説明</translation>
    </message>
    <message>
        <source>Every line is a run, every axis a figure, the largest above
Choose a run: click, Up and Down
Open it: double-click, Enter</source>
        <translation>線は実行、軸は数値で、大きい値が上です
実行を選ぶ：クリック、上下キー
開く：ダブルクリック、Enter</translation>
    </message>
    <message>
        <source>The run that is chosen or under the mouse</source>
        <translation>選ばれた、またはマウスの下の実行</translation>
    </message>
    <message>
        <source>%1 from %2 to %3</source>
        <translation>%1：%2 から %3</translation>
    </message>
    <message>
        <source>Lines: %1; %2</source>
        <translation>線：%1 本。%2</translation>
    </message>
    <message>
        <source>Choose a point: click, arrow keys
Open it: double-click, Enter</source>
        <translation>点の選択：クリック、方向キー
開く：ダブルクリック、Enter</translation>
    </message>
    <message>
        <source>The point that is chosen or under the mouse</source>
        <translation>選択中またはマウス位置の点</translation>
    </message>
    <message>
        <source>%1: %2 points, from %3 at %4 to %5 at %6</source>
        <translation>%1：%2 点、%4 で %3 から %6 で %5 まで</translation>
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
        <translation>下限</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Keys of a command need Ctrl or Alt, or are F1 to F35: others are typed into fields.</source>
        <translation>コマンドのキーには Ctrl か Alt が必要で、または F1 から F35 です。ほかは欄への入力に使われます。</translation>
    </message>
    <message>
        <source>%1 already does: %2.</source>
        <translation>%1 は既に使われています：%2。</translation>
    </message>
    <message>
        <source>%1 belongs to a page of the window and cannot be given away.</source>
        <translation>%1 はウィンドウのページのものなので、変更できません。</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>メニュー</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>キー</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>既定</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キーボードショートカット</translation>
    </message>
    <message>
        <source>Find a command or keys</source>
        <translation>コマンドやキーを検索</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>コマンドとキー</translation>
    </message>
    <message>
        <source>&amp;New keys</source>
        <translation>新しいキー(&amp;N)</translation>
    </message>
    <message>
        <source>New keys of the command</source>
        <translation>コマンドの新しいキー</translation>
    </message>
    <message>
        <source>Press the keys here</source>
        <translation>ここでキーを押してください</translation>
    </message>
    <message>
        <source>&amp;Set</source>
        <translation>設定(&amp;S)</translation>
    </message>
    <message>
        <source>The command has these keys from now on</source>
        <translation>以後このコマンドにこのキーを使います</translation>
    </message>
    <message>
        <source>N&amp;o keys</source>
        <translation>キーなし(&amp;O)</translation>
    </message>
    <message>
        <source>The command has none; menus and Commands… still have it</source>
        <translation>キーはなくなりますが、メニューと「コマンド…」には残ります</translation>
    </message>
    <message>
        <source>&amp;Default</source>
        <translation>既定(&amp;D)</translation>
    </message>
    <message>
        <source>The keys that the command had at first</source>
        <translation>このコマンドの最初のキー</translation>
    </message>
    <message>
        <source>&amp;All defaults</source>
        <translation>すべて既定(&amp;A)</translation>
    </message>
    <message>
        <source>The keys that all commands had at first</source>
        <translation>すべてのコマンドの最初のキー</translation>
    </message>
    <message>
        <source>Changes are kept already (Escape)</source>
        <translation>変更は保存済みです (Escape)</translation>
    </message>
    <message>
        <source>&amp;Set, and take them away there</source>
        <translation>設定し、元から外す(&amp;S)</translation>
    </message>
    <message>
        <source>Interactive structured pruning of language models.</source>
        <translation>言語モデルの対話的な構造化枝刈り。</translation>
    </message>
    <message>
        <source>a model folder, a run folder or a recipe</source>
        <translation>モデルのフォルダー、実行のフォルダー、またはレシピ</translation>
    </message>
    <message>
        <source>page shown at the start</source>
        <translation>起動時に表示するページ</translation>
    </message>
    <message>
        <source>workspace of this start, one of %1</source>
        <translation>今回の起動のワークスペース：%1 のいずれか</translation>
    </message>
    <message>
        <source>system, light, dark or contrast</source>
        <translation>system、light、dark または contrast</translation>
    </message>
    <message>
        <source>system, %1, or pseudo (to test translations)</source>
        <translation>system、%1、または pseudo（翻訳の検査用）</translation>
    </message>
    <message>
        <source>large type and a projector's colours from the start (View, Presentation mode)</source>
        <translation>最初から大きな文字とプロジェクター向けの配色（表示、プレゼンテーションモード）</translation>
    </message>
    <message>
        <source>start the run once the model is open</source>
        <translation>モデルが開いたら実行を開始</translation>
    </message>
    <message>
        <source>leave aside what earlier sessions remembered (size, panels, appearance, recent files) and remember nothing</source>
        <translation>以前のセッションの記憶（サイズ、パネル、外観、最近使ったファイル）を使わず、何も記憶しない</translation>
    </message>
    <message>
        <source>leave after the window was painted once, with PATH opened in it (to measure start-up)</source>
        <translation>PATH を開いたウィンドウが一度描かれたら終了（起動時間の測定用）</translation>
    </message>
    <message>
        <source>lorashear-studio --help lists what there is.</source>
        <translation>lorashear-studio --help に一覧があります。</translation>
    </message>
    <message>
        <source>command line</source>
        <translation>コマンドライン</translation>
    </message>
    <message>
        <source>is no option of lorashear-studio</source>
        <translation>は lorashear-studio のオプションではありません</translation>
    </message>
    <message>
        <source>is one word too many: the window opens one PATH</source>
        <translation>は余分です。ウィンドウが開く PATH は 1 つです</translation>
    </message>
    <message>
        <source>Put a name with spaces in quotes.</source>
        <translation>空白を含む名前は引用符で囲んでください。</translation>
    </message>
    <message>
        <source>is "%1", allowed is %2</source>
        <translation>が「%1」です。使えるのは %2</translation>
    </message>
    <message>
        <source>there is no display to open a window on</source>
        <translation>ウィンドウを開くディスプレイがありません</translation>
    </message>
    <message>
        <source>Start it from a desktop (DISPLAY or WAYLAND_DISPLAY says where one is); lorashear --help lists what the command line does without one.</source>
        <translation>デスクトップから起動してください（場所は DISPLAY か WAYLAND_DISPLAY が示します）。デスクトップなしでできることは lorashear --help にあります。</translation>
    </message>
    <message>
        <source>recover on another text</source>
        <translation>別のテキストで回復</translation>
    </message>
    <message>
        <source>Open a model; the bundled one will do.</source>
        <translation>モデルを開いてください。同梱のもので構いません。</translation>
    </message>
    <message>
        <source>Choose a block, an operator or a tensor that can be cut.</source>
        <translation>切り取れるブロック、演算子、テンソルを選んでください。</translation>
    </message>
    <message>
        <source>Measure this plan.</source>
        <translation>このプランを測定してください。</translation>
    </message>
    <message>
        <source>Start the run.</source>
        <translation>実行を開始してください。</translation>
    </message>
    <message>
        <source>Wait until the run has ended.</source>
        <translation>実行が終わるまでお待ちください。</translation>
    </message>
    <message>
        <source>Let the recovery read another text.</source>
        <translation>回復に別のテキストを読ませてください。</translation>
    </message>
    <message>
        <source>Start the second run.</source>
        <translation>2 回目の実行を開始してください。</translation>
    </message>
    <message>
        <source>Wait until the second run has ended.</source>
        <translation>2 回目の実行が終わるまでお待ちください。</translation>
    </message>
    <message>
        <source>(not known yet)</source>
        <translation>（まだ不明）</translation>
    </message>
    <message>
        <source>The step before (Left arrow)</source>
        <translation>前のステップ（左方向キー）</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次へ</translation>
    </message>
    <message>
        <source>The next step (Right arrow)</source>
        <translation>次のステップ（右方向キー）</translation>
    </message>
    <message>
        <source>Do it for me</source>
        <translation>代わりに実行</translation>
    </message>
    <message>
        <source>The window does what the step asks for</source>
        <translation>ステップが求めることをウィンドウが行います</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>ツアーを終了</translation>
    </message>
    <message>
        <source>Leaves the tour; page, selection and plan become what they were (Escape)</source>
        <translation>ツアーを離れます。ページ、選択、プランは元に戻ります（Esc）</translation>
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
        <translation>飛ばす</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>what the tour changed</source>
        <translation>ツアーによる変更</translation>
    </message>
    <message>
        <source>The plan is as it was before the tour; Redo brings its edits back (%1).</source>
        <translation>プランはツアー前の状態です。「やり直し」（%1）で編集が戻ります。</translation>
    </message>
    <message>
        <source>%1 · %2 of %3</source>
        <translation>%1 · %2 / %3</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>数値でない</translation>
    </message>
    <message>
        <source>infinite</source>
        <translation>無限大</translation>
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
        <translation>%1 時間 %2 分</translation>
    </message>
    <message>
        <source>cut at once</source>
        <translation>一括切り取り後</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>枝刈り後</translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>回復後</translation>
    </message>
    <message>
        <source>original, same training</source>
        <translation>元のモデル、同じ学習</translation>
    </message>
    <message>
        <source>Opening the model</source>
        <translation>モデルを開く</translation>
    </message>
    <message>
        <source>Tracing</source>
        <translation>トレース</translation>
    </message>
    <message>
        <source>Measuring the original</source>
        <translation>元モデルの測定</translation>
    </message>
    <message>
        <source>Measuring knowledge</source>
        <translation>知識の測定</translation>
    </message>
    <message>
        <source>Planning</source>
        <translation>プラン作成</translation>
    </message>
    <message>
        <source>Cutting what goes at once</source>
        <translation>一括切り取り</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>枝刈り</translation>
    </message>
    <message>
        <source>Making the compact model</source>
        <translation>コンパクトなモデルの作成</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>回復</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>評価</translation>
    </message>
    <message>
        <source>Training the original as long</source>
        <translation>元のモデルを同じだけ学習中</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>エクスポート</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>ライト(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>ダーク(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;High contrast, light on black</source>
        <translation>ハイコントラスト、黒地に白(&amp;H)</translation>
    </message>
    <message>
        <source>Respect the analysis</source>
        <translation>解析を尊重</translation>
    </message>
    <message>
        <source>What the analysis marks stays whole, and blocks may differ; can be undone</source>
        <translation>解析が印を付けたものは全体を残し、ブロックごとに異なってもよくなります。元に戻せます</translation>
    </message>
    <message>
        <source>respect the analysis</source>
        <translation>解析を尊重</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s), from %1 (%2) to %3 (%4)</source>
        <translation><numerusform>%n 行、%1（%2）から %3（%4）まで</numerusform></translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>値</translation>
    </message>
    <message>
        <source>On its way, or forecast</source>
        <translation>途中、または予測</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>ばらつき</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>参照…</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>コマンドをコピー</translation>
    </message>
    <message>
        <source>The recipe is saved as %1. Copied: %2</source>
        <translation>レシピを %1 として保存しました。コピー：%2</translation>
    </message>
    <message>
        <source>this page</source>
        <translation>このページ</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>行うこと</translation>
    </message>
    <message>
        <source>Type a part of what you want to do</source>
        <translation>行いたいことの一部を入力してください</translation>
    </message>
    <message>
        <source>What can be done now</source>
        <translation>いまできること</translation>
    </message>
    <message>
        <source>%1   (%2)</source>
        <translation>%1   (%2)</translation>
    </message>
    <message>
        <source>Copies this message</source>
        <translation>このメッセージをコピーします</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>このメッセージを隠します</translation>
    </message>
    <message>
        <source>%1 groups, saliency from %2 (group %3) to %4 (group %5); %6 of them go</source>
        <translation>%1 グループ、顕著性 %2（グループ %3）から %4（グループ %5）まで。%6 個を除去</translation>
    </message>
    <message>
        <source>Rank, 1 goes first</source>
        <translation>順位、1 が最初に除去</translation>
    </message>
    <message>
        <source>Goes</source>
        <translation>除去</translation>
    </message>
    <message>
        <source>%1 of %2 are measured, from %3 (%4) to %5 (%6); %7 are kept whole</source>
        <translation>%2 個中 %1 個を測定、%3（%4）から %5（%6）まで。%7 個は全体を残す</translation>
    </message>
    <message>
        <source>Standard error</source>
        <translation>標準誤差</translation>
    </message>
    <message>
        <source>Kept whole</source>
        <translation>全体を残す</translation>
    </message>
    <message>
        <source>%1 to %2 %3: %4 of %5</source>
        <translation>%1～%2 %3：%5 個中 %4 個</translation>
    </message>
    <message>
        <source>%1 values in %2 bins; most of them in one: %3</source>
        <translation>%1 個の値を %2 個の区間に分割。最多の区間は %3</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>個数</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>追加…</translation>
    </message>
    <message>
        <source>Adds a %1 (Insert)</source>
        <translation>%1を追加します（Insert）</translation>
    </message>
    <message>
        <source>Takes the chosen %1 out of the list (Delete)</source>
        <translation>選択した%1を一覧から除きます（Delete）</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上へ</translation>
    </message>
    <message>
        <source>Moves the chosen %1 up (Alt+Up)</source>
        <translation>選択した%1を上へ移動します（Alt+Up）</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下へ</translation>
    </message>
    <message>
        <source>Moves the chosen %1 down (Alt+Down)</source>
        <translation>選択した%1を下へ移動します（Alt+Down）</translation>
    </message>
    <message>
        <source>remove a %1</source>
        <translation>%1を除く</translation>
    </message>
    <message>
        <source>order of %1s</source>
        <translation>%1の順序</translation>
    </message>
    <message>
        <source>Arrow keys move it</source>
        <translation>方向キーで動かせます</translation>
    </message>
    <message>
        <source>Drag, or press the arrow keys</source>
        <translation>ドラッグするか、方向キーを押します</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>凡例</translation>
    </message>
    <message>
        <source>opens it</source>
        <translation>開けます</translation>
    </message>
    <message>
        <source>opens it with our modelling file</source>
        <translation>こちらのモデリングファイルで開けます</translation>
    </message>
    <message>
        <source>does not open it</source>
        <translation>開けません</translation>
    </message>
    <message>
        <source>Changes the plan to the nearest one that this program opens as it is; can be undone</source>
        <translation>このプログラムでそのまま開ける最寄りのプランに変えます。元に戻せます</translation>
    </message>
    <message>
        <source>Change to the nearest plan that opens</source>
        <translation>開ける最寄りのプランに変える</translation>
    </message>
    <message>
        <source>Program whose rule is shown</source>
        <translation>規則を表示するプログラム</translation>
    </message>
    <message>
        <source>Programs that do not open the result as it is, and those with something to note</source>
        <translation>結果をそのままでは開けないプログラムと、注意点のあるプログラム</translation>
    </message>
    <message>
        <source>Every program in the list opens what this plan leaves.</source>
        <translation>一覧のすべてのプログラムが、このプランの結果を開けます。</translation>
    </message>
    <message>
        <source>Snap to %1</source>
        <translation>%1 に合わせる</translation>
    </message>
    <message>
        <source>Programs that open the result</source>
        <translation>結果を開けるプログラム</translation>
    </message>
    <message>
        <source>Pruning method</source>
        <translation>枝刈りの手法</translation>
    </message>
    <message>
        <source>How groups are chosen and brought to zero</source>
        <translation>グループの選び方とゼロにする方法</translation>
    </message>
    <message>
        <source>Scheme of recovery</source>
        <translation>回復の方式</translation>
    </message>
    <message>
        <source>How recovery goes about its phases</source>
        <translation>回復がフェーズをどう進めるか</translation>
    </message>
    <message>
        <source>names, with commas between them</source>
        <translation>名前をコンマ区切りで</translation>
    </message>
    <message>
        <source>Copy this row</source>
        <translation>この行をコピー</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>表をコピー</translation>
    </message>
    <message>
        <source>%1 values, from %2 down to %3</source>
        <translation>%1 個の値、%2 から %3 まで</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>rank 1</source>
        <translation>順位 1</translation>
    </message>
    <message>
        <source>Not taken: this %1.</source>
        <translation>採用されません：この値 %1。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Forgets this work; the model, its runs and saved files stay</source>
        <translation>この作業を忘れます。モデル、実行、保存済みファイルは残ります</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>後で</translation>
    </message>
    <message>
        <source>Asks again at the next start</source>
        <translation>次回の起動時にもう一度尋ねます</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>Opens it as it was; Undo takes the edits back</source>
        <translation>元の状態で開きます。「元に戻す」で編集を取り消せます</translation>
    </message>
    <message>
        <source>Drag: %1, now %2. %3</source>
        <translation>ドラッグ：%1、現在 %2。%3</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>準備完了</translation>
    </message>
    <message>
        <source>needs an earlier step</source>
        <translation>前の段階が必要</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>needs attention</source>
        <translation>要確認</translation>
    </message>
    <message>
        <source>running</source>
        <translation>実行中</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>ステージ</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>メモリ</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 スレッド</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 スレッド</translation>
    </message>
    <message>
        <source>Threads that the engine computes with; cores of this machine: %1. Set on the Plan page, under Run.</source>
        <translation>エンジンが計算に使うスレッド数。このマシンのコア数：%1。プランのページの「実行」で設定します。</translation>
    </message>
    <message>
        <source>Memory that the program holds, with the engine and the files that it has mapped. Measured every two seconds.</source>
        <translation>エンジンとマップしたファイルを含む、プログラムが使うメモリ。2 秒ごとに測ります。</translation>
    </message>
    <message>
        <source>Memory that the program holds, with the engine and the files that it has mapped, of what the machine could give it: %1 are free. Measured every two seconds.</source>
        <translation>エンジンとマップしたファイルを含む、プログラムが使うメモリと、マシンが与えられる量：空き %1。2 秒ごとに測ります。</translation>
    </message>
    <message>
        <source>Texts (*.txt *.jsonl *.json *.raw *.tokens);;All files (*)</source>
        <translation>テキスト (*.txt *.jsonl *.json *.raw *.tokens);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>no file yet</source>
        <translation>まだファイルなし</translation>
    </message>
    <message>
        <source>%1, not there</source>
        <translation>%1、存在しません</translation>
    </message>
    <message>
        <source>Looks for the text file</source>
        <translation>テキストファイルを探します</translation>
    </message>
    <message>
        <source>Give it a name, for tables and charts.</source>
        <translation>表や図で使う名前を付けてください。</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>ウィンドウ数</translation>
    </message>
    <message>
        <source>Behind the first</source>
        <translation>先頭を飛ばす</translation>
    </message>
    <message>
        <source>none skipped</source>
        <translation>飛ばさない</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>ストライド</translation>
    </message>
    <message>
        <source>no overlap</source>
        <translation>重なりなし</translation>
    </message>
    <message>
        <source>Windows begin with BOS</source>
        <translation>ウィンドウを BOS で始める</translation>
    </message>
    <message>
        <source>by its ending</source>
        <translation>拡張子による</translation>
    </message>
    <message>
        <source>text, documents apart by blank lines</source>
        <translation>テキスト、文書は空行区切り</translation>
    </message>
    <message>
        <source>JSON lines with "text"</source>
        <translation>"text" を持つ JSON 行</translation>
    </message>
    <message>
        <source>Alpaca instructions (JSON)</source>
        <translation>Alpaca 形式の指示 (JSON)</translation>
    </message>
    <message>
        <source>Give it a name, for charts and events.</source>
        <translation>図やイベントで使う名前を付けてください。</translation>
    </message>
    <message>
        <source>Another text of this list is called %1.</source>
        <translation>この一覧の別のテキストが %1 という名前です。</translation>
    </message>
    <message>
        <source>As %1: %2</source>
        <translation>%1として：%2</translation>
    </message>
    <message>
        <source>kind of text file</source>
        <translation>テキストファイルの種類</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>スケジュール</translation>
    </message>
    <message>
        <source>%1: %2 steps</source>
        <translation>%1：%2 ステップ</translation>
    </message>
    <message>
        <source>%1 steps in all</source>
        <translation>全 %1 ステップ</translation>
    </message>
    <message>
        <source>End of %1, step %2: Up and Down move it</source>
        <translation>%1 の終わり、ステップ %2：上下キーで動かせます</translation>
    </message>
    <message>
        <source>Step %1: %2</source>
        <translation>ステップ %1：%2</translation>
    </message>
    <message>
        <source>End of %1, step %2.</source>
        <translation>%1 の終わり、ステップ %2。</translation>
    </message>
    <message>
        <source>%1: %2 steps, to step %3</source>
        <translation>%1：%2 ステップ、ステップ %3 まで</translation>
    </message>
    <message>
        <source>No steps yet</source>
        <translation>まだステップなし</translation>
    </message>
    <message>
        <source>token %1 “%2”: %3 nats from the original</source>
        <translation>トークン %1「%2」：元モデルとの差 %3 nat</translation>
    </message>
    <message>
        <source>%1; the first that differs</source>
        <translation>%1。最初の相違</translation>
    </message>
    <message>
        <source>token	text	KL from the original, nats</source>
        <translation>トークン	テキスト	元モデルとの KL、nat</translation>
    </message>
    <message>
        <source>Copy as a table</source>
        <translation>表としてコピー</translation>
    </message>
    <message>
        <source>&amp;Workspace</source>
        <translation>ワークスペース(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Reset this workspace</source>
        <translation>このワークスペースをリセット(&amp;R)</translation>
    </message>
    <message>
        <source>Panels stand where they stood at first, for every size of the window</source>
        <translation>ウィンドウのどのサイズでも、パネルを最初の位置に戻します</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>パネル(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Next: page, panels, messages, stages</source>
        <translation>次へ：ページ、パネル、メッセージ、段階(&amp;N)</translation>
    </message>
    <message>
        <source>Pre&amp;vious</source>
        <translation>前へ(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Move the panel with the keyboard</source>
        <translation>キーボードでパネルを移動(&amp;M)</translation>
    </message>
    <message>
        <source>Put the keyboard into a panel first: F6 goes from one to the next.</source>
        <translation>先にキーボードのフォーカスをパネルに置いてください。F6 で順に移ります。</translation>
    </message>
    <message>
        <source>To the &amp;left</source>
        <translation>左へ(&amp;L)</translation>
    </message>
    <message>
        <source>To the &amp;right</source>
        <translation>右へ(&amp;R)</translation>
    </message>
    <message>
        <source>To the &amp;bottom</source>
        <translation>下へ(&amp;B)</translation>
    </message>
    <message>
        <source>Into a &amp;window of its own</source>
        <translation>別のウィンドウへ(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Close it</source>
        <translation>閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Inspect</source>
        <translation>調査(&amp;I)</translation>
    </message>
    <message>
        <source>To look into a model: the graph, and beside every page what is known of the chosen node group</source>
        <translation>モデルの中を見るため：グラフと、各ページの横に、選択したノードグループについて分かっていること</translation>
    </message>
    <message>
        <source>&amp;Teach</source>
        <translation>授業(&amp;T)</translation>
    </message>
    <message>
        <source>For a lesson: larger type, the lessons and the manual's chapter beside every page</source>
        <translation>授業のため：大きな文字と、各ページの横にレッスンとマニュアルの章</translation>
    </message>
    <message>
        <source>T&amp;une</source>
        <translation>調整(&amp;U)</translation>
    </message>
    <message>
        <source>To find the settings of a run: the plan, the history of its edits, the log below</source>
        <translation>実行の設定を探すため：プラン、編集の履歴、下にログ</translation>
    </message>
    <message>
        <source>Panels behind each other</source>
        <translation>重なったパネル</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV グループ</translation>
    </message>
    <message>
        <source>query heads</source>
        <translation>クエリヘッド</translation>
    </message>
    <message>
        <source>neurons</source>
        <translation>ニューロン</translation>
    </message>
    <message>
        <source>experts</source>
        <translation>エキスパート</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>チャネル</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>アテンション</translation>
    </message>
    <message>
        <source>KV group</source>
        <translation>KV グループ</translation>
    </message>
    <message>
        <source>A key/value head with the query heads that read it.</source>
        <translation>キー/バリューヘッドと、それを読むクエリヘッド。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint where every layer keeps equally many; otherwise GGUF or our modelling file.</source>
        <translation>各層が同数残せば通常のチェックポイント。そうでなければ GGUF またはこちらのモデリングファイル。</translation>
    </message>
    <message>
        <source>MLP</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>neuron</source>
        <translation>ニューロン</translation>
    </message>
    <message>
        <source>A neuron of the feed-forward part, or of one of its experts.</source>
        <translation>フィードフォワード部、またはそのエキスパートの 1 ニューロン。</translation>
    </message>
    <message>
        <source>query head</source>
        <translation>クエリヘッド</translation>
    </message>
    <message>
        <source>The same query heads of all KV groups of a layer: keys and values stay.</source>
        <translation>層の全 KV グループの同じクエリヘッド：キーとバリューは残ります。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint where every layer keeps equally many; otherwise our modelling file.</source>
        <translation>各層が同数残せば通常のチェックポイント。そうでなければこちらのモデリングファイル。</translation>
    </message>
    <message>
        <source>contribution</source>
        <translation>寄与</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>エキスパート</translation>
    </message>
    <message>
        <source>expert</source>
        <translation>エキスパート</translation>
    </message>
    <message>
        <source>An expert of a routed MLP with its row of the router; as many as a token uses stay in any case.</source>
        <translation>ルーター付き MLP のエキスパートとルーターのその行。トークンが使う数は必ず残ります。</translation>
    </message>
    <message>
        <source>usage</source>
        <translation>使用率</translation>
    </message>
    <message>
        <source>Hidden width</source>
        <translation>隠れ次元</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>チャネル</translation>
    </message>
    <message>
        <source>A channel of the residual stream, in the whole network at once.</source>
        <translation>残差ストリームの 1 チャネル、ネットワーク全体で一度に。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint; norms carry the correction. Only models with root-mean-square norms.</source>
        <translation>通常のチェックポイント。正規化層が補正を担います。二乗平均平方根の正規化を使うモデルのみ。</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>活性</translation>
    </message>
    <message>
        <source>block</source>
        <translation>ブロック</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>ブロック</translation>
    </message>
    <message>
        <source>Whole decoder blocks: the residual stream passes by.</source>
        <translation>デコーダーブロック全体：残差ストリームは素通りします。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint with fewer layers.</source>
        <translation>層の少ない通常のチェックポイント。</translation>
    </message>
    <message>
        <source>influence</source>
        <translation>影響</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>貪欲</translation>
    </message>
    <message>
        <source>Attention sub-layers</source>
        <translation>アテンションサブレイヤー</translation>
    </message>
    <message>
        <source>attention sub-layer</source>
        <translation>アテンションサブレイヤー</translation>
    </message>
    <message>
        <source>attention sub-layers</source>
        <translation>アテンションサブレイヤー</translation>
    </message>
    <message>
        <source>The attention of a block with its norms: the block keeps its MLP and needs no KV cache.</source>
        <translation>ブロックのアテンションとその正規化層：MLP は残り、KV キャッシュは不要になります。</translation>
    </message>
    <message>
        <source>GGUF or our modelling file.</source>
        <translation>GGUF またはこちらのモデリングファイル。</translation>
    </message>
    <message>
        <source>MLP sub-layers</source>
        <translation>MLP サブレイヤー</translation>
    </message>
    <message>
        <source>MLP sub-layer</source>
        <translation>MLP サブレイヤー</translation>
    </message>
    <message>
        <source>The MLP of a block with its norms: the block keeps its attention.</source>
        <translation>ブロックの MLP とその正規化層：アテンションは残ります。</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>語彙</translation>
    </message>
    <message>
        <source>token</source>
        <translation>トークン</translation>
    </message>
    <message>
        <source>A row of embedding and head with its token; bytes, special tokens and what other tokens are made from stay.</source>
        <translation>埋め込みと出力ヘッドの 1 行とそのトークン。バイト、特殊トークン、ほかのトークンの素材は残ります。</translation>
    </message>
    <message>
        <source>An ordinary checkpoint with a smaller tokenizer.</source>
        <translation>トークナイザーが小さくなった通常のチェックポイント。</translation>
    </message>
    <message>
        <source>frequency</source>
        <translation>頻度</translation>
    </message>
    <message>
        <source>Even</source>
        <translation>均等</translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Hugging Face フォルダー</translation>
    </message>
    <message>
        <source>An ordinary checkpoint that stock programs open; needs equal layers and a head count that they allow.</source>
        <translation>標準のプログラムで開ける通常のチェックポイント。等しい層と、許されるヘッド数が必要です。</translation>
    </message>
    <message>
        <source>For everything that reads Hugging Face checkpoints, where all layers keep equally many heads and neurons.</source>
        <translation>Hugging Face のチェックポイントを読むすべてのプログラム向け。全層のヘッドとニューロンの数が等しい場合に。</translation>
    </message>
    <message>
        <source>transformers, vLLM, PEFT</source>
        <translation>transformers、vLLM、PEFT</translation>
    </message>
    <message>
        <source>Hugging Face folder with modelling file</source>
        <translation>Hugging Face フォルダー、モデリングファイル付き</translation>
    </message>
    <message>
        <source>Layers of any size; transformers opens it with trust_remote_code=True.</source>
        <translation>層の大きさは自由。transformers は trust_remote_code=True で開きます。</translation>
    </message>
    <message>
        <source>For layers of different sizes where code beside the weights is acceptable: the whole saving is there.</source>
        <translation>層の大きさが異なり、重みに添えたコードを受け入れられる場合に：削減分はすべて残ります。</translation>
    </message>
    <message>
        <source>transformers with our modelling file</source>
        <translation>transformers（こちらのモデリングファイルで）</translation>
    </message>
    <message>
        <source>Padded to equal layers</source>
        <translation>等しい層になるよう補填</translation>
    </message>
    <message>
        <source>Zeros fill every layer up to the largest one: an ordinary checkpoint that computes exactly the same, less of it saved.</source>
        <translation>各層をゼロで最大の層まで埋めます。まったく同じ計算をする通常のチェックポイントで、節約は少なくなります。</translation>
    </message>
    <message>
        <source>For layers of different sizes that stock programs shall open: what zeros fill up is not saved.</source>
        <translation>層の大きさが異なり、標準のプログラムで開きたい場合に：ゼロで埋めた分は削減されません。</translation>
    </message>
    <message>
        <source>Factored linears merged</source>
        <translation>分解した線形層を統合</translation>
    </message>
    <message>
        <source>Linears that two thin ones stand for are multiplied out, as large as before factoring, and padded: an ordinary checkpoint.</source>
        <translation>2 つの細い線形層を掛け戻し（分解前と同じ大きさ）、補填します。通常のチェックポイントです。</translation>
    </message>
    <message>
        <source>For results with low-rank linears that stock programs shall open; rounding the products costs a little, which is measured.</source>
        <translation>低ランクの線形層を含む結果を標準のプログラムで開きたい場合に。積の丸めで少し失われ、その量は測定されます。</translation>
    </message>
    <message>
        <source>The original's shapes</source>
        <translation>元モデルの形</translation>
    </message>
    <message>
        <source>What was pruned is zero, nothing is saved: the reference that every other export must agree with.</source>
        <translation>枝刈りした所はゼロで、何も節約しません。ほかのすべてのエクスポートが一致すべき基準です。</translation>
    </message>
    <message>
        <source>For programs that insist on the original's shapes, and for comparing.</source>
        <translation>元モデルの形状を必要とするプログラム向け、また比較用。</translation>
    </message>
    <message>
        <source>whatever opens the original</source>
        <translation>元モデルを開けるプログラム</translation>
    </message>
    <message>
        <source>GGUF file</source>
        <translation>GGUF ファイル</translation>
    </message>
    <message>
        <source>One file for llama.cpp and what is built on it, tokenizer inside, down to four bits a weight.</source>
        <translation>llama.cpp とその派生のための 1 ファイル。トークナイザー入りで、重みあたり 4 ビットまで。</translation>
    </message>
    <message>
        <source>For running it on a laptop or a phone; quantised as it is written.</source>
        <translation>ノートパソコンやスマートフォンで動かすために。書き出すときに量子化されます。</translation>
    </message>
    <message>
        <source>llama.cpp and what is built on it</source>
        <translation>llama.cpp とそれを基にしたプログラム</translation>
    </message>
    <message>
        <source>LoRAShear folder</source>
        <translation>LoRAShear フォルダー</translation>
    </message>
    <message>
        <source>As it is, for this program: any family, any shape.</source>
        <translation>このプログラム用にそのまま：どのファミリー、どの形でも。</translation>
    </message>
    <message>
        <source>For going on here: pruning again, comparing, exporting later.</source>
        <translation>ここで続けるために：再度の枝刈り、比較、後での書き出し。</translation>
    </message>
    <message>
        <source>Free text.</source>
        <translation>自由記述。</translation>
    </message>
    <message>
        <source>Hugging Face folder or GGUF file of the model, relative to the recipe's folder or absolute.</source>
        <translation>モデルの Hugging Face フォルダーまたは GGUF ファイル。レシピのフォルダーからの相対パスか絶対パス。</translation>
    </message>
    <message>
        <source>Folder of a PEFT LoRA adapter that is merged into the model first; empty: none.</source>
        <translation>先にモデルへ統合する PEFT LoRA アダプターのフォルダー。空：なし。</translation>
    </message>
    <message>
        <source>SHA-256 of weights, config and adapter; empty: not checked (older recipes: of the weights alone). A run writes it into its own copy of the recipe.</source>
        <translation>重み、設定、アダプターの SHA-256。空：確認しない（古いレシピ：重みのみ）。実行は自身のレシピの写しに書き込みます。</translation>
    </message>
    <message>
        <source>Rank of every adapter. From instructions alone adapters of any rank learn how answers begin and sound: knowledge takes texts.</source>
        <translation>各アダプターのランク。指示データだけでは、どのランクのアダプターも答えの始め方と口調を学ぶだけで、知識には文章が要ります。</translation>
    </message>
    <message>
        <source>The adapter's output is scaled by alpha / rank.</source>
        <translation>アダプターの出力は alpha / ランク 倍されます。</translation>
    </message>
    <message>
        <source>Probability that an input of the adapter is dropped in training.</source>
        <translation>学習時にアダプターの入力を落とす確率。</translation>
    </message>
    <message>
        <source>Scale by alpha / sqrt(rank) instead (rsLoRA).</source>
        <translation>代わりに alpha / sqrt(ランク) 倍します（rsLoRA）。</translation>
    </message>
    <message>
        <source>Last part of the linears' names ("q_proj"); empty: every linear of the blocks.</source>
        <translation>線形層の名前の最後の部分（"q_proj"）。空：ブロックのすべての線形層。</translation>
    </message>
    <message>
        <source>Measure how knowledge is spread over the node groups before planning.</source>
        <translation>プランを立てる前に、知識がノードグループにどう分布するかを測定します。</translation>
    </message>
    <message>
        <source>Shares of each node group that are masked; their effects are averaged.</source>
        <translation>各ノードグループのマスクする割合。影響は平均されます。</translation>
    </message>
    <message>
        <source>Saliency that says which groups a probe masks, the least salient first.</source>
        <translation>試行でマスクするグループを決める顕著性。顕著性の低いものから。</translation>
    </message>
    <message>
        <source>Share of node groups with the most knowledge that is not pruned.</source>
        <translation>知識が最も多く、枝刈りしないノードグループの割合。</translation>
    </message>
    <message>
        <source>0: every node group is measured on every window. From a half on: on no more windows once its place is settled at this confidence, that is, whether it belongs to the share that is not pruned, to the first fifth and to the last; each comparison is made at that confidence, by differences window by window, after every four windows.</source>
        <translation>0：すべてのノードグループをすべてのウィンドウで測定します。0.5 以上：順位（枝刈りしない割合、最初の 5 分の 1、最後の 5 分の 1 に入るか）がこの信頼度で確定したノードグループは、それ以上のウィンドウでは測定しません。比較は毎回この信頼度で、ウィンドウごとの差により、4 ウィンドウごとに行います。</translation>
    </message>
    <message>
        <source>Name in tables and events.</source>
        <translation>表とイベントでの名前。</translation>
    </message>
    <message>
        <source>Text file, relative to the recipe's folder or absolute.</source>
        <translation>テキストファイル。レシピのフォルダーからの相対パスか絶対パス。</translation>
    </message>
    <message>
        <source>Length of one window, the BOS token included; at most the model's context.</source>
        <translation>1 ウィンドウの長さ、BOS トークンを含む。最大でモデルのコンテキスト長。</translation>
    </message>
    <message>
        <source>Distance of two windows' beginnings; 0: no overlap.</source>
        <translation>2 つのウィンドウの先頭の間隔。0：重なりなし。</translation>
    </message>
    <message>
        <source>How many windows from the beginning, or behind those skipped; 0: all.</source>
        <translation>先頭から（または飛ばした後から）使うウィンドウ数。0：すべて。</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>ウィンドウ</translation>
    </message>
    <message>
        <source>Windows at the beginning that are left out: settings chosen on the first are reported on the next.</source>
        <translation>除外する先頭のウィンドウ。先頭で選んだ設定を、その次で報告します。</translation>
    </message>
    <message>
        <source>Whether every window begins with the BOS token, where the tokenizer has one.</source>
        <translation>トークナイザーに BOS トークンがある場合、各ウィンドウをそれで始めるか。</translation>
    </message>
    <message>
        <source>Remove anything at all; false: the original is only trained, to hold pruned models against it.</source>
        <translation>何かを除去するか。false：元モデルを学習させるだけで、枝刈り後のモデルとの比較に使います。</translation>
    </message>
    <message>
        <source>Removed parameters over all parameters of the original, embeddings included.</source>
        <translation>元モデルの全パラメータ（埋め込みを含む）に対する除去パラメータの比率。</translation>
    </message>
    <message>
        <source>Takes part in this plan.</source>
        <translation>このプランの対象にします。</translation>
    </message>
    <message>
        <source>So many stay at least in every layer.</source>
        <translation>各層に少なくともこれだけ残します。</translation>
    </message>
    <message>
        <source>Kept counts are a multiple of it.</source>
        <translation>残す数はこの倍数です。</translation>
    </message>
    <message>
        <source>Share of all removed parameters; null: what units with a share leave, one common fraction of the others.</source>
        <translation>全除去パラメータに占める割合。null：割合を指定した単位の残りを、共通の比率で分担します。</translation>
    </message>
    <message>
        <source>With uniform: how many every layer keeps exactly, the others make up the ratio; null: as the ratio asks.</source>
        <translation>全層同数の場合：各層にちょうど残す数。比率の残りはほかの単位が補います。null：比率に従います。</translation>
    </message>
    <message>
        <source>How many stay exactly, the others make up the ratio; null: as the ratio asks.</source>
        <translation>ちょうど残す数。比率の残りはほかの単位が補います。null：比率に従います。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. contribution: Mean square of what the heads add to the residual stream.</source>
        <translation>除去するものを決める基準。キャリブレーションテキストで測定します。contribution（寄与）：ヘッドが残差ストリームに加える量の平均二乗。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. usage: Share of the tokens that choose the expert. contribution: Mean square, over all tokens, of what the expert says where it is chosen.</source>
        <translation>除去するものを決める基準。キャリブレーションテキストで測定します。usage（使用率）：そのエキスパートを選ぶトークンの割合。contribution（寄与）：選ばれた所でのエキスパートの出力の平均二乗、全トークンで。</translation>
    </message>
    <message>
        <source>So many stay at least.</source>
        <translation>少なくともこれだけ残します。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. activation: Mean absolute output of the norms in that channel (Minitron).</source>
        <translation>除去するものを決める基準。キャリブレーションテキストで測定します。activation（活性）：そのチャネルでの正規化層の出力の平均絶対値（Minitron）。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. influence: Angle between what goes in and what comes out (ShortGPT): the smallest goes first. perplexity: Loss of the model without it: what raises it least goes first. greedy: As perplexity, but measured again after every one that goes (SLEB).</source>
        <translation>除去するものを決める基準。キャリブレーションテキストで測定します。influence（影響）：入力と出力のなす角（ShortGPT）、最小のものから。perplexity（パープレキシティ）：それを除いたモデルの損失、上昇が最小のものから。greedy（貪欲）：同じですが、1 つ除くたびに測り直します（SLEB）。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. perplexity: Loss of the model without it: what raises it least goes first. greedy: As perplexity, but measured again after every one that goes (SLEB). influence: Angle between what goes in and what comes out (ShortGPT): the smallest goes first.</source>
        <translation>どれを除去するかの基準。校正テキストで測定します。perplexity：それがないモデルの損失。損失の上昇が最も小さいものから除去します。greedy：perplexity と同じですが、1 つ除去するたびに測定し直します（SLEB）。influence：入力と出力のなす角（ShortGPT）。最も小さいものから除去します。</translation>
    </message>
    <message>
        <source>What tells which go, measured on calibration text. frequency: How often the training and calibration texts use the token.</source>
        <translation>除去するものを決める基準。キャリブレーションテキストで測定します。frequency（頻度）：学習とキャリブレーションのテキストがそのトークンを使う回数。</translation>
    </message>
    <message>
        <source>How units without a share of their own divide the ratio. even: each loses the same fraction of its own (of the heads, of the neurons, ...); what one cannot lose, the others do. measured: step by step to the unit whose next things raise the loss on calibration text least.</source>
        <translation>個別の割合を持たない単位が比率をどう分け合うか。even（均等）：それぞれが自分の数（ヘッド、ニューロンなど）の同じ割合を失い、失えない分は他の単位が引き受けます。measured（実測）：次に除くものが校正テキストの損失を最も上げない単位へ、段階的に割り当てます。</translation>
    </message>
    <message>
        <source>Equal counts in every layer: an ordinary checkpoint, where the heads that stay divide the hidden size too (lorashear loadable --snap).</source>
        <translation>全層で同数にします。残るヘッド数が隠れ次元も割り切るなら通常のチェックポイントになります（lorashear loadable --snap）。</translation>
    </message>
    <message>
        <source>Patterns of node groups that are not pruned ("layers.0.*").</source>
        <translation>枝刈りしないノードグループのパターン（"layers.0.*"）。</translation>
    </message>
    <message>
        <source>Patterns of node groups that may be pruned although the analysis marked them.</source>
        <translation>解析が印を付けても枝刈りできるノードグループのパターン。</translation>
    </message>
    <message>
        <source>Respect the marks of the analysis.</source>
        <translation>解析の印を尊重します。</translation>
    </message>
    <message>
        <source>The pruning method.</source>
        <translation>枝刈りの手法。</translation>
    </message>
    <message>
        <source>Training of the adapters before the first groups are picked.</source>
        <translation>最初のグループを選ぶ前のアダプターの学習。</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>ステップ</translation>
    </message>
    <message>
        <source>Number of times that groups are picked and shrunk to zero.</source>
        <translation>グループを選んでゼロまで縮める回数。</translation>
    </message>
    <message>
        <source>periods</source>
        <translation>周期</translation>
    </message>
    <message>
        <source>Training steps over which a period's groups fade.</source>
        <translation>1 周期のグループが減衰する学習ステップ数。</translation>
    </message>
    <message>
        <source>Half-space test: a fading group goes at once when its next rows point less than this along the present ones; 0: no group goes before its time (by the letter: only one whose rows turn back).</source>
        <translation>半空間検定：減衰中のグループは、次の行の現在の行に沿った成分がこれより小さいとすぐに除去されます。0：どのグループも早まりません（論文どおり：行が逆を向いたものだけ）。</translation>
    </message>
    <message>
        <source>So many times the groups of a period start to fade; half-way the half-space test decides: those whose rows point least along what they were go on to zero, the others grow back. 1: who is picked goes.</source>
        <translation>1 周期で、除去数のこの倍数のグループが減衰を始めます。途中で半空間検定が決めます：元の向きから最も外れた行のものがゼロへ進み、残りは育ち直します。1：選ばれたものが除去されます。</translation>
    </message>
    <message>
        <source>How Eq. 2 of the paper is carried out: by scales on the rows and adapters (base weights stay), or by its letter on fp32 copies of the weights.</source>
        <translation>論文の式 2 の実現方法：行とアダプターの倍率による（基の重みはそのまま）か、重みの fp32 の写しの上で式どおりか。</translation>
    </message>
    <message>
        <source>Whether live adapters are merged into fp32 copies of the weights when a period ends.</source>
        <translation>周期の終わりに、使用中のアダプターを重みの fp32 の写しに統合するか。</translation>
    </message>
    <message>
        <source>Again: every period ranks the groups on the model as it then is. Dense: they are ranked once, on the model as it was before the first step, and each period takes the next of that order.</source>
        <translation>again（毎回）：周期ごとに、その時のモデルでグループを順位付け。dense（元）：最初のステップ前のモデルで一度だけ順位付けし、周期ごとに次のものを取ります。</translation>
    </message>
    <message>
        <source>Whose inputs and outputs compensation goes by: those of the model as it is, or of the model as it was before the first step.</source>
        <translation>補償が基にする入力と出力：現在のモデルのもの、または最初のステップ前のモデルのもの。</translation>
    </message>
    <message>
        <source>When compensation is written into the consumers: in equal parts while groups fade, or when they are zero.</source>
        <translation>補償を読み手に書き込む時：グループの減衰中に等分して、またはゼロになった時に。</translation>
    </message>
    <message>
        <source>Whether the linears that lost inputs are fitted, block by block, to what they gave out before the first step: never, after every period, or after the last.</source>
        <translation>入力を失った線形層を、ブロックごとに最初のステップ前の出力へ合わせ直すか：しない、周期ごとに、または最後の周期の後に。</translation>
    </message>
    <message>
        <source>What ranks the groups, lowest first: the expected rise of the loss after the best repair (curvature), the weighted mix of LoRA proxies below, or one proxy alone.</source>
        <translation>グループを順位付けするもの、低いものから：最良の修復後の損失の上昇見込み（curvature、曲率）、下の LoRA 代理指標の加重混合（mix）、または代理指標 1 つ。</translation>
    </message>
    <message>
        <source>Weights of the proxies when saliency is "mix"; those left out count 0.</source>
        <translation>saliency が "mix" のときの代理指標の重み。省いたものは 0。</translation>
    </message>
    <message>
        <source>Training sequences, spread over the texts, that every pick's saliencies and compensation look at; 0: a third of what training reads until the next pick, at least 16 and at most 64 (one-shot: 64).</source>
        <translation>選択のたびに顕著性と補償が見る学習系列、各テキストに分散。0：次の選択までに学習が読む量の 3 分の 1、16 以上 64 以下（one-shot：64）。</translation>
    </message>
    <message>
        <source>sequences</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>With curvature: a selection is made in so many parts, each ranked after the repair of those before.</source>
        <translation>curvature の場合：1 回の選択をこれだけの部分に分け、前の部分の修復後に順位付けします。</translation>
    </message>
    <message>
        <source>rounds</source>
        <translation>ラウンド</translation>
    </message>
    <message>
        <source>Whether the columns that stay take over what a dying group gave, by least squares on the calibration inputs.</source>
        <translation>残る列が、消えるグループの出力をキャリブレーション入力での最小二乗で引き継ぐか。</translation>
    </message>
    <message>
        <source>Ridge of that least squares, as a share of the inputs' mean square.</source>
        <translation>その最小二乗のリッジ。入力の平均二乗に対する割合。</translation>
    </message>
    <message>
        <source>Steps over which the learning rate rises to its full value.</source>
        <translation>学習率が最大値まで上がるステップ数。</translation>
    </message>
    <message>
        <source>Steps of Adam for every attention and every MLP that lost groups; all of them together cost about as many training steps with distillation. 0: none.</source>
        <translation>グループを失った各アテンションと各 MLP に対する Adam のステップ数。全部で、蒸留付き学習のほぼ同じステップ数に相当します。0：なし。</translation>
    </message>
    <message>
        <source>How far a step moves a weight, as a share of its matrix's root mean square; falls along half a cosine.</source>
        <translation>1 ステップで重みを動かす幅。行列の二乗平均平方根に対する割合で、半コサインに沿って下がります。</translation>
    </message>
    <message>
        <source>What the sub-blocks read meanwhile. dense: what they read before the method began, each for itself. own: what the blocks before them, reconstructed already, give out.</source>
        <translation>その間サブブロックが読むもの。dense（元）：手法の開始前に各々が読んでいたもの。own（自身）：再構成済みの手前のブロックが出すもの。</translation>
    </message>
    <message>
        <source>Training sequences, spread over the texts, whose outputs are to be met.</source>
        <translation>出力を合わせる学習系列、各テキストに分散。</translation>
    </message>
    <message>
        <source>Name in charts and events.</source>
        <translation>図とイベントでの名前。</translation>
    </message>
    <message>
        <source>File, relative to the recipe's folder or absolute.</source>
        <translation>ファイル。レシピのフォルダーからの相対パスか絶対パス。</translation>
    </message>
    <message>
        <source>How the file is read; auto goes by its ending (.txt, .jsonl, .json).</source>
        <translation>ファイルの読み方。auto は拡張子（.txt、.jsonl、.json）によります。</translation>
    </message>
    <message>
        <source>AdamW's learning rate after warm-up; null: by the model's size, 0.01 * (260,000 / parameters)^0.45 between 0.0001 and 0.01 (0.01 was best for stories260K, 0.0001 is usual at 7B). A run writes the number into its own copy of the recipe.</source>
        <translation>ウォームアップ後の AdamW の学習率。null：モデルサイズに応じて 0.01 * (260,000 / パラメータ数)^0.45、0.0001～0.01（stories260K では 0.01 が最良、7B では 0.0001 が普通）。実行は数値を自身のレシピの写しに書き込みます。</translation>
    </message>
    <message>
        <source>Sequences in one step.</source>
        <translation>1 ステップの系列数。</translation>
    </message>
    <message>
        <source>Length of one sequence, the BOS token included; at most the model's context.</source>
        <translation>1 系列の長さ、BOS トークンを含む。最大でモデルのコンテキスト長。</translation>
    </message>
    <message>
        <source>Weight of the KL divergence from the dense model in the loss.</source>
        <translation>損失における、元の（密な）モデルからの KL ダイバージェンスの重み。</translation>
    </message>
    <message>
        <source>Only paragraphs of more tokens are kept, cleaned of irregular characters, as in the paper (64); 0: all, as they are.</source>
        <translation>これより多いトークンの段落だけを残し、不規則な文字を取り除きます（論文では 64）。0：すべてそのまま。</translation>
    </message>
    <message>
        <source>Train the compact model after pruning.</source>
        <translation>枝刈り後のコンパクトなモデルを学習します。</translation>
    </message>
    <message>
        <source>Name of the phase, e.g. pretraining or instruct.</source>
        <translation>フェーズの名前。例：pretraining、instruct。</translation>
    </message>
    <message>
        <source>Rounds at most; fewer when the loss stops falling.</source>
        <translation>最大ラウンド数。損失が下がらなくなればより少なく。</translation>
    </message>
    <message>
        <source>Optimizer steps between two evaluations.</source>
        <translation>2 回の評価の間の最適化ステップ数。</translation>
    </message>
    <message>
        <source>Highest learning rate of a phase; null: by the model's size, as in training.</source>
        <translation>フェーズの最高学習率。null：学習と同じくモデルサイズに応じて。</translation>
    </message>
    <message>
        <source>How recovery goes about its phases.</source>
        <translation>回復がフェーズをどう進めるか。</translation>
    </message>
    <message>
        <source>How a source's loss becomes its share of the next round.</source>
        <translation>ソースの損失を次のラウンドの割合にする方法。</translation>
    </message>
    <message>
        <source>Part of the shares that is always spread evenly.</source>
        <translation>常に均等に配る割合の部分。</translation>
    </message>
    <message>
        <source>Of the softmax weighting.</source>
        <translation>softmax の重み付けの温度。</translation>
    </message>
    <message>
        <source>Rounds without gain before a phase ends.</source>
        <translation>フェーズが終わるまでの、改善のないラウンド数。</translation>
    </message>
    <message>
        <source>Relative fall of the mean loss that counts as a gain.</source>
        <translation>改善とみなす平均損失の相対的な低下。</translation>
    </message>
    <message>
        <source>Of each source, kept apart from all training: at most so many, and at most a fifth.</source>
        <translation>各ソースから、すべての学習と分けて取り置く量：最大これだけ、かつ最大 5 分の 1。</translation>
    </message>
    <message>
        <source>Go through the texts again once they are used up; otherwise the phase ends there, and no document is used twice. Few instructions gone over again and again teach their wording, not more skill.</source>
        <translation>テキストを使い切ったらもう一度使います。そうでなければフェーズはそこで終わり、どの文書も 2 度使いません。少ない指示の繰り返しは言い回しを教えるだけで、能力は増えません。</translation>
    </message>
    <message>
        <source>What the first phase trains. fresh: new adapters on the pruned model, whose weights hold those of pruning. continue: those of pruning, further; schemes that train something else begin afresh.</source>
        <translation>最初のフェーズが学習するもの。fresh（新規）：枝刈り分を重みに含む枝刈り後のモデルに新しいアダプター。continue（継続）：枝刈り時のアダプターを続けて。別のものを学習する方式は新たに始めます。</translation>
    </message>
    <message>
        <source>What the learning rate does. fresh: rises to a constant while pruning, then rises and falls along half a cosine in every phase. continue: one cosine from the first step of pruning to the last of recovery (of pruning, where none follows); what begins with fresh adapters still rises.</source>
        <translation>学習率の動き。fresh（新規）：枝刈り中は一定まで上がり、その後フェーズごとに上がって半コサインで下がります。continue（継続）：枝刈りの最初のステップから回復の最後（なければ枝刈りの最後）まで 1 本のコサイン。新しいアダプターで始めるものは上がりもします。</translation>
    </message>
    <message>
        <source>Train the gains and biases of all norms beside the adapters. What is learned is no adapter alone then, and none is kept for export.</source>
        <translation>アダプターに加えて、すべての正規化層のゲインとバイアスを学習します。学んだものはアダプターだけではなくなるため、エクスポート用のアダプターは保存されません。</translation>
    </message>
    <message>
        <source>Train the word embedding, and the head, beside the adapters: for texts with other words than the model knows. Holds a step's logits in memory at once, and 20 bytes for each weight. As with norms, no adapter is kept for export.</source>
        <translation>アダプターに加えて、単語の埋め込みと出力ヘッドを学習します。モデルの知らない語を含むテキスト向けです。1 ステップの logits を一度にメモリに保持し、重みごとに 20 バイト使います。正規化層と同様、エクスポート用のアダプターは保存されません。</translation>
    </message>
    <message>
        <source>A published protocol, whose windows and BOS take the place of those of all texts, and whose way with BOS before questions; none: as the texts say. Numbers compare within one only.</source>
        <translation>公表されたプロトコル。そのウィンドウと BOS が全テキストの設定に代わり、設問前の BOS の扱いもそれに従います。none（なし）：各テキストのとおり。数値は同じプロトコルの中でだけ比べられます。</translation>
    </message>
    <message>
        <source>Folder of zero-shot task files; empty: none.</source>
        <translation>ゼロショットのタスクファイルのフォルダー。空：なし。</translation>
    </message>
    <message>
        <source>Per task; 0: all.</source>
        <translation>タスクごと。0：すべて。</translation>
    </message>
    <message>
        <source>questions</source>
        <translation>問</translation>
    </message>
    <message>
        <source>Measure prefill and decode speed.</source>
        <translation>プリフィルとデコードの速度を測定します。</translation>
    </message>
    <message>
        <source>Train the original too, once the result is measured: nothing removed, on as many tokens as pruning and recovery together, by the same recovery and seed; and measure it. What the texts teach by themselves can be told from what pruning costs then. Takes about as long as the run's training.</source>
        <translation>結果を測定した後、元のモデルも学習させて測定します。何も除去せず、枝刈りと回復を合わせたのと同じトークン数を、同じ回復方法と同じシードで学習します。これで、文章そのものから学ぶ分と枝刈りで失われる分を見分けられます。実行の学習とほぼ同じ時間がかかります。</translation>
    </message>
    <message>
        <source>Beginning of the sample texts.</source>
        <translation>サンプルテキストの書き出し。</translation>
    </message>
    <message>
        <source>Length of the sample texts; 0: none.</source>
        <translation>サンプルテキストの長さ。0：なし。</translation>
    </message>
    <message>
        <source>File format of the result.</source>
        <translation>結果のファイル形式。</translation>
    </message>
    <message>
        <source>Storage type; source: as the original.</source>
        <translation>格納の型。source：元モデルと同じ。</translation>
    </message>
    <message>
        <source>Seed of every random stream.</source>
        <translation>すべての乱数列のシード。</translation>
    </message>
    <message>
        <source>Threads of the arithmetic; 0: all cores. Results repeat to the bit for the same number.</source>
        <translation>演算のスレッド数。0：全コア。同じ数なら結果はビット単位で一致します。</translation>
    </message>
    <message>
        <source>mixed: products with frozen weights in bf16 with fp32 sums; takes 4 bytes more for each weight of a small model.</source>
        <translation>mixed（混合）：凍結した重みとの積を bf16、和を fp32 で計算。小さいモデルの重みごとに 4 バイト多く使います。</translation>
    </message>
    <message>
        <source>cpu, cuda or cuda:N.</source>
        <translation>cpu、cuda、または cuda:N。</translation>
    </message>
    <message>
        <source>Optimizer steps between two checkpoints.</source>
        <translation>2 つのチェックポイントの間の最適化ステップ数。</translation>
    </message>
    <message>
        <source>Max rounds</source>
        <translation>最大ラウンド数</translation>
    </message>
    <message>
        <source>LHSPG (LoRAShear)</source>
        <translation>LHSPG（LoRAShear）</translation>
    </message>
    <message>
        <source>Groups fade to exact zero period by period while the adapters learn to do without them (paper section 3.3).</source>
        <translation>アダプターがそれなしで済むことを学ぶ間に、グループを周期ごとに正確なゼロまで減衰させます（論文 3.3 節）。</translation>
    </message>
    <message>
        <source>Warmup steps</source>
        <translation>ウォームアップのステップ数</translation>
    </message>
    <message>
        <source>Periods</source>
        <translation>周期の数</translation>
    </message>
    <message>
        <source>Period steps</source>
        <translation>周期のステップ数</translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation>イプシロン</translation>
    </message>
    <message>
        <source>Over selection</source>
        <translation>過剰選択の倍率</translation>
    </message>
    <message>
        <source>Realisation</source>
        <translation>実現方法</translation>
    </message>
    <message>
        <source>Row scale</source>
        <translation>行の倍率</translation>
    </message>
    <message>
        <source>Literal</source>
        <translation>式どおり</translation>
    </message>
    <message>
        <source>Merge periods</source>
        <translation>周期ごとに統合</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>順位付けの時</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>毎回</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>元</translation>
    </message>
    <message>
        <source>Repair from</source>
        <translation>修復の基準</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>現在</translation>
    </message>
    <message>
        <source>Repair at</source>
        <translation>修復の時</translation>
    </message>
    <message>
        <source>Fading</source>
        <translation>減衰中</translation>
    </message>
    <message>
        <source>Death</source>
        <translation>ゼロの時</translation>
    </message>
    <message>
        <source>Refit</source>
        <translation>再当てはめ</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>End</source>
        <translation>終わり</translation>
    </message>
    <message>
        <source>Curvature</source>
        <translation>曲率</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>大きさ</translation>
    </message>
    <message>
        <source>Avg magnitude</source>
        <translation>平均の大きさ</translation>
    </message>
    <message>
        <source>Cosine similarity</source>
        <translation>コサイン類似度</translation>
    </message>
    <message>
        <source>Taylor first order</source>
        <translation>一次テイラー</translation>
    </message>
    <message>
        <source>Taylor second order</source>
        <translation>二次テイラー</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>活性</translation>
    </message>
    <message>
        <source>Activation square</source>
        <translation>活性の二乗</translation>
    </message>
    <message>
        <source>Gate taylor</source>
        <translation>ゲートのテイラー</translation>
    </message>
    <message>
        <source>Fisher</source>
        <translation>Fisher</translation>
    </message>
    <message>
        <source>Calibration sequences</source>
        <translation>キャリブレーション系列</translation>
    </message>
    <message>
        <source>Ranking rounds</source>
        <translation>順位付けの回数</translation>
    </message>
    <message>
        <source>Compensation</source>
        <translation>補償</translation>
    </message>
    <message>
        <source>Damping</source>
        <translation>ダンピング</translation>
    </message>
    <message>
        <source>Rate warmup</source>
        <translation>学習率の立ち上げ</translation>
    </message>
    <message>
        <source>warm-up</source>
        <translation>ウォームアップ</translation>
    </message>
    <message>
        <source>period</source>
        <translation>周期</translation>
    </message>
    <message>
        <source>One shot</source>
        <translation>一括</translation>
    </message>
    <message>
        <source>All groups are picked and zeroed at once after a warm-up; what other structured pruners do, for comparison.</source>
        <translation>ウォームアップ後に全グループを選び一度にゼロにします。ほかの構造化枝刈りの方法で、比較用です。</translation>
    </message>
    <message>
        <source>Training of the adapters before the groups are picked and zeroed at once.</source>
        <translation>グループを選んで一度にゼロにする前のアダプターの学習。</translation>
    </message>
    <message>
        <source>Settle steps</source>
        <translation>定着のステップ数</translation>
    </message>
    <message>
        <source>Training after the cut, before the model is compacted.</source>
        <translation>切り取りの後、小さなモデルを作る前の学習。</translation>
    </message>
    <message>
        <source>settling</source>
        <translation>定着</translation>
    </message>
    <message>
        <source>LoRAPrune</source>
        <translation>LoRAPrune</translation>
    </message>
    <message>
        <source>Groups are ranked by the gradients that training the adapters computes anyway, and go a few at a time along a cubic schedule.</source>
        <translation>アダプターの学習で得られる勾配でグループを順位付けし、三次曲線に沿って少しずつ除去します。</translation>
    </message>
    <message>
        <source>Training before the first groups go; importance is averaged from the first step on. The original has a tenth of all steps.</source>
        <translation>最初のグループが除去される前の学習。重要度は最初のステップから平均されます。原論文は全ステップの 10 分の 1。</translation>
    </message>
    <message>
        <source>Prune steps</source>
        <translation>枝刈りのステップ数</translation>
    </message>
    <message>
        <source>Training steps over which the removed share rises from nothing to the plan's along 1 - (1 - t)^3: fast at first.</source>
        <translation>除去の割合が 0 からプランの値まで 1 - (1 - t)^3 に沿って上がる学習ステップ数：最初は速く。</translation>
    </message>
    <message>
        <source>Training after the last groups have gone.</source>
        <translation>最後のグループが除去された後の学習。</translation>
    </message>
    <message>
        <source>Refresh steps</source>
        <translation>更新のステップ数</translation>
    </message>
    <message>
        <source>Steps between two selections; the last is always made at the end, so that the plan is met exactly.</source>
        <translation>2 回の選択の間のステップ数。最後の選択は必ず終わりに行い、プランを正確に満たします。</translation>
    </message>
    <message>
        <source>Decay</source>
        <translation>減衰係数</translation>
    </message>
    <message>
        <source>Of the moving average over importances: what a step leaves of the average before it.</source>
        <translation>重要度の移動平均の係数：1 ステップがそれまでの平均を残す割合。</translation>
    </message>
    <message>
        <source>Sheared-LLaMA (frozen base)</source>
        <translation>Sheared-LLaMA（基の重みは凍結）</translation>
    </message>
    <message>
        <source>Every group gets a random gate that is learnt together with the adapters; Lagrange multipliers bring the expected number of closed gates to the plan's. Then the least open ones are closed for good.</source>
        <translation>各グループが確率的なゲートを持ち、アダプターと一緒に学習します。ラグランジュ乗数が閉じるゲートの期待数をプランに合わせ、最後に開きの小さいものを完全に閉じます。</translation>
    </message>
    <message>
        <source>Gate steps</source>
        <translation>ゲートのステップ数</translation>
    </message>
    <message>
        <source>Training of gates and adapters together. The original has 3,200; below about 100 the gates hardly get to know anything.</source>
        <translation>ゲートとアダプターの同時学習。原論文は 3,200。約 100 未満ではゲートはほとんど何も学べません。</translation>
    </message>
    <message>
        <source>Training after the gates have been decided.</source>
        <translation>ゲートが決まった後の学習。</translation>
    </message>
    <message>
        <source>Gate rate</source>
        <translation>ゲートの学習率</translation>
    </message>
    <message>
        <source>Adam's rate for the gates: how far log alpha, between -4.6 and 4.6, moves in a step. The original has 1, Compresso 0.1.</source>
        <translation>ゲートの Adam の学習率：1 ステップで log alpha（-4.6～4.6）が動く幅。原論文は 1、Compresso は 0.1。</translation>
    </message>
    <message>
        <source>Multiplier rate</source>
        <translation>乗数の学習率</translation>
    </message>
    <message>
        <source>Adam's rate for the multipliers, upwards. The original has 1; larger ones meet the target sooner and drown the loss.</source>
        <translation>乗数の Adam の学習率、上向き。原論文は 1。大きいほど目標に早く達し、損失をかき消します。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>初期値</translation>
    </message>
    <message>
        <source>Log alpha at the beginning. At 3 a gate is closed with a chance of 1 in 100; the original's 5 is cut to 4.6.</source>
        <translation>最初の log alpha。3 ならゲートが閉じる確率は 100 分の 1。原論文の 5 は 4.6 に切り詰められます。</translation>
    </message>
    <message>
        <source>Ramp</source>
        <translation>上昇区間</translation>
    </message>
    <message>
        <source>Share of the gate steps over which the target rises from nothing to the plan's.</source>
        <translation>目標が 0 からプランの値まで上がる、ゲートのステップ数の割合。</translation>
    </message>
    <message>
        <source>Steps over which the adapters' learning rate rises to its full value.</source>
        <translation>アダプターの学習率が最大値まで上がるステップ数。</translation>
    </message>
    <message>
        <source>gates</source>
        <translation>ゲート</translation>
    </message>
    <message>
        <source>Policy gradient</source>
        <translation>方策勾配</translation>
    </message>
    <message>
        <source>Searches which groups to keep with forward passes alone: models are drawn at random, and what they lose moves the probability of every group. With thousands of groups it needs thousands of steps, but it can minimise what has no gradient.</source>
        <translation>残すグループを順伝播だけで探索します。モデルを無作為に引き、その損失が各グループの確率を動かします。グループが数千なら数千ステップ必要ですが、勾配のないものも最小化できます。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>Batches of the search; each is looked at by every model of its pairs. The original has 15,000.</source>
        <translation>探索のバッチ数。各バッチを対のすべてのモデルが見ます。原論文は 15,000。</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>対の数</translation>
    </message>
    <message>
        <source>Models drawn for a batch, two at a time: one, and its mirror image, which keeps where the other is likely to drop.</source>
        <translation>1 バッチで引くモデルの対の数：1 つと、それが落としそうな所を残す鏡像。</translation>
    </message>
    <message>
        <source>pairs</source>
        <translation>対</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>What is minimised: the loss on the text; the divergence from what the whole model says (varies less from batch to batch); the share of tokens, or of whole responses of instruction data, that are not predicted right.</source>
        <translation>最小化するもの：テキストでの損失、モデル全体の出力からのダイバージェンス（バッチ間の変動が小さい）、正しく予測されないトークンの割合、または指示データの回答全体の割合。</translation>
    </message>
    <message>
        <source>Nll</source>
        <translation>負の対数尤度</translation>
    </message>
    <message>
        <source>Kl</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>Wrong tokens</source>
        <translation>誤ったトークン</translation>
    </message>
    <message>
        <source>Wrong answers</source>
        <translation>誤った回答</translation>
    </message>
    <message>
        <source>What the probabilities begin with: all alike, or by this proxy, standardised within every node group.</source>
        <translation>確率の初期値：すべて同じ、またはこの代理指標を各ノードグループ内で標準化したもの。</translation>
    </message>
    <message>
        <source>Training sequences, spread over the texts, that the beginning looks at.</source>
        <translation>初期値のために見る学習系列、各テキストに分散。</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>ステップ幅</translation>
    </message>
    <message>
        <source>Step of the probabilities, in units of the losses' usual distance from their average; falls to 0 along a cosine. Not the recipe's learning rate, which is that of settling.</source>
        <translation>確率のステップ幅。損失の平均からの通常の隔たりを単位とし、コサインに沿って 0 まで下がります。レシピの学習率ではなく、それは定着のものです。</translation>
    </message>
    <message>
        <source>Baseline decay</source>
        <translation>ベースラインの減衰</translation>
    </message>
    <message>
        <source>Of the moving averages of losses, and of their distance from it, over the batches before.</source>
        <translation>損失の移動平均と、そこからの隔たりの係数、それまでのバッチにわたって。</translation>
    </message>
    <message>
        <source>Exploration</source>
        <translation>探索の余地</translation>
    </message>
    <message>
        <source>Probabilities keep this distance from 0 and 1, so that nothing is decided before the end; less where the plan needs it.</source>
        <translation>確率は 0 と 1 からこの距離を保ち、終わりまで何も決まりません。プランが必要とすればより小さく。</translation>
    </message>
    <message>
        <source>Preconditioned</source>
        <translation>前処理</translation>
    </message>
    <message>
        <source>Whether every coordinate is multiplied by its standard deviation, as in the original; without it the estimate is the plain gradient, which is wild near 0 and 1.</source>
        <translation>原論文のように各座標に標準偏差を掛けるか。掛けなければ素の勾配で、0 と 1 の近くで荒れます。</translation>
    </message>
    <message>
        <source>Training of the adapters after the groups have gone.</source>
        <translation>グループの除去後のアダプターの学習。</translation>
    </message>
    <message>
        <source>Steps of settling over which the learning rate rises to its full value.</source>
        <translation>定着で学習率が最大値まで上がるステップ数。</translation>
    </message>
    <message>
        <source>search</source>
        <translation>探索</translation>
    </message>
    <message>
        <source>LLM-Pruner</source>
        <translation>LLM-Pruner</translation>
    </message>
    <message>
        <source>Groups go whose weights, by the loss's gradients on a few sequences, matter least; then training makes good.</source>
        <translation>少数の系列での損失の勾配から見て重みが最も重要でないグループを除去し、学習で埋め合わせます。</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要度</translation>
    </message>
    <message>
        <source>What a weight w with gradient g is worth. First: |w g|. Second: w^2 F, F the mean over sequences of g^2. Mixed: |w g - w^2 F / 2|. Vector: w g, added up over a row or column before the sign is dropped. L1, l2: its size. Random: by lot.</source>
        <translation>勾配 g を持つ重み w の価値。First（一次）：|w g|。Second（二次）：w^2 F、F は系列にわたる g^2 の平均。Mixed（混合）：|w g - w^2 F / 2|。Vector（ベクトル）：w g を行または列で足してから符号を除きます。L1、l2：その大きさ。Random（ランダム）：くじ引き。</translation>
    </message>
    <message>
        <source>First</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>二次</translation>
    </message>
    <message>
        <source>Mixed</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>Vector</source>
        <translation>ベクトル</translation>
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
        <translation>ランダム</translation>
    </message>
    <message>
        <source>Aggregation</source>
        <translation>集約</translation>
    </message>
    <message>
        <source>How the scores of a group's parts (rows of q, k, v and columns of o; rows of gate and up, columns of down) become one; first, second and last let that part speak for all.</source>
        <translation>グループの部分（q、k、v の行と o の列、gate と up の行、down の列）のスコアを 1 つにする方法。first、second、last はその部分が全体を代表します。</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>和</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>Prod</source>
        <translation>積</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最後</translation>
    </message>
    <message>
        <source>Training sequences, drawn by the run's seed, that scores and compensation look at.</source>
        <translation>スコアと補償が見る学習系列。実行のシードで引きます。</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>順位付け</translation>
    </message>
    <message>
        <source>Local: every block loses the same share of each kind. Global: scores of all blocks are compared as they are. Standardised: after each block's were brought to mean 0 and variance 1. How many go in all is the plan's matter.</source>
        <translation>Local（局所）：各ブロックが種類ごとに同じ割合を失います。Global（大域）：全ブロックのスコアをそのまま比べます。Standardised（標準化）：各ブロックのスコアを平均 0、分散 1 にしてから。全体の数はプランが決めます。</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>局所</translation>
    </message>
    <message>
        <source>Global</source>
        <translation>大域</translation>
    </message>
    <message>
        <source>Standardised</source>
        <translation>標準化</translation>
    </message>
    <message>
        <source>Keep first blocks</source>
        <translation>残す先頭ブロック数</translation>
    </message>
    <message>
        <source>So many blocks at the beginning stay whole; the others lose what the plan wants.</source>
        <translation>最初のこれだけのブロックは全体を残し、残りがプランの分を失います。</translation>
    </message>
    <message>
        <source>Keep last blocks</source>
        <translation>残す末尾ブロック数</translation>
    </message>
    <message>
        <source>The same at the end.</source>
        <translation>最後も同様。</translation>
    </message>
    <message>
        <source>How linears make good for inputs that go. Bias: their mean becomes a bias (FLAP); where the model has no place for one, least squares. Scale: each output gets the factor that fits best, and a bias where there is a place (SlimLLM). Least squares: the other inputs take over what they can.</source>
        <translation>線形層が失った入力を埋め合わせる方法。Bias（バイアス）：その平均がバイアスになります（FLAP）。バイアスの場所がないモデルでは最小二乗。Scale（倍率）：各出力に最も合う係数と、場所があればバイアス（SlimLLM）。Least squares（最小二乗）：ほかの入力ができるだけ引き継ぎます。</translation>
    </message>
    <message>
        <source>Bias</source>
        <translation>バイアス</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>倍率</translation>
    </message>
    <message>
        <source>Least squares</source>
        <translation>最小二乗</translation>
    </message>
    <message>
        <source>Ridge of least squares, as a share of the inputs' mean square.</source>
        <translation>最小二乗のリッジ。入力の平均二乗に対する割合。</translation>
    </message>
    <message>
        <source>Training of the adapters before groups are scored and zeroed.</source>
        <translation>グループのスコア付けとゼロ化の前のアダプターの学習。</translation>
    </message>
    <message>
        <source>Cuts</source>
        <translation>切り取り回数</translation>
    </message>
    <message>
        <source>Groups go in so many equal parts, each scored on what the part before has left.</source>
        <translation>グループをこれだけの等しい部分に分けて除去し、各部分は前の部分の残りでスコアを付けます。</translation>
    </message>
    <message>
        <source>cuts</source>
        <translation>回</translation>
    </message>
    <message>
        <source>Cut steps</source>
        <translation>切り取り間のステップ数</translation>
    </message>
    <message>
        <source>Training between one cut and the next.</source>
        <translation>切り取りと次の切り取りの間の学習。</translation>
    </message>
    <message>
        <source>Training after the last cut, before the model is compacted.</source>
        <translation>最後の切り取りの後、小さなモデルを作る前の学習。</translation>
    </message>
    <message>
        <source>FLAP</source>
        <translation>FLAP</translation>
    </message>
    <message>
        <source>Groups go whose activations vary least, and their mean becomes a bias; forward passes only, strong before training.</source>
        <translation>活性の変動が最小のグループを除去し、その平均をバイアスにします。順伝播のみで、学習前に強い手法です。</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指標</translation>
    </message>
    <message>
        <source>What a channel is worth. Wifv: the variance of the input times the squared norm of the weights that read it. Wifn: its deviation times their mean size. Ifv: its variance alone.</source>
        <translation>チャネルの価値。Wifv：入力の分散に、それを読む重みの二乗ノルムを掛けたもの。Wifn：その偏差に平均の大きさを掛けたもの。Ifv：分散のみ。</translation>
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
        <translation>標準化する</translation>
    </message>
    <message>
        <source>Whether the channels of each block and kind are brought to mean 0 and variance 1 before groups are compared.</source>
        <translation>グループを比べる前に、ブロックと種類ごとのチャネルを平均 0、分散 1 にするか。</translation>
    </message>
    <message>
        <source>Wanda-sp</source>
        <translation>Wanda-sp</translation>
    </message>
    <message>
        <source>Groups go whose activations times the weights that read them are smallest; forward passes only, strong at low ratios.</source>
        <translation>活性とそれを読む重みの積が最小のグループを除去します。順伝播のみで、低い比率に強い手法です。</translation>
    </message>
    <message>
        <source>Sequential</source>
        <translation>順次</translation>
    </message>
    <message>
        <source>Whether a block is scored on what the blocks before leave of the text once they are pruned; with ranking local alone.</source>
        <translation>手前のブロックの枝刈り後に残るテキストの表現でブロックをスコア付けするか。local の順位付けのみ。</translation>
    </message>
    <message>
        <source>SlimLLM</source>
        <translation>SlimLLM</translation>
    </message>
    <message>
        <source>Heads go as a set whose loss changes the attention's output least, neurons by both of their sides; factors and offsets make good.</source>
        <translation>アテンションの出力を最も変えない組としてヘッドを、両側からニューロンを除去し、係数とオフセットで埋め合わせます。</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>鋭さ</translation>
    </message>
    <message>
        <source>How much more blocks lose that change the residual stream little: shares go by exp(sharpness x cosine between what enters and what leaves). 0: all lose the same share.</source>
        <translation>残差ストリームをあまり変えないブロックがどれだけ多く失うか：割合は exp(sharpness x 入るものと出るもののコサイン) に比例。0：すべて同じ割合。</translation>
    </message>
    <message>
        <source>Swaps</source>
        <translation>入れ替え</translation>
    </message>
    <message>
        <source>So often at most a head that goes and one that stays change places in a block while that makes its output more like the whole.</source>
        <translation>ブロックの出力が全体のときに近づく限り、除くヘッドと残すヘッドを入れ替える最大回数。</translation>
    </message>
    <message>
        <source>swaps</source>
        <translation>回の入れ替え</translation>
    </message>
    <message>
        <source>Searched layer profile</source>
        <translation>層配分の探索</translation>
    </message>
    <message>
        <source>How much each block loses is found by evolution, judged by the loss; which groups go is a score's matter; least squares make good.</source>
        <translation>各ブロックの除去量を進化計算で求め、損失で評価します。どのグループかはスコアが決め、最小二乗で埋め合わせます。</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>スコア</translation>
    </message>
    <message>
        <source>Which groups of a block go first. Wanda: activations times the weights that read them. Taylor: |weight times gradient|. Magnitude: squares of weights.</source>
        <translation>ブロックのどのグループから除くか。Wanda：活性とそれを読む重みの積。Taylor：|重み×勾配|。Magnitude（大きさ）：重みの二乗。</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Taylor</source>
        <translation>テイラー</translation>
    </message>
    <message>
        <source>Population</source>
        <translation>個体数</translation>
    </message>
    <message>
        <source>Profiles in a generation; the better half are the next one's parents.</source>
        <translation>1 世代の配分の数。良い半分が次の親になります。</translation>
    </message>
    <message>
        <source>profiles</source>
        <translation>個の配分</translation>
    </message>
    <message>
        <source>Generations</source>
        <translation>世代数</translation>
    </message>
    <message>
        <source>So many follow the first one, which begins with what local, standardised and global rankings take.</source>
        <translation>局所・標準化・大域の順位付けから始まる最初の世代の後に続く世代数。</translation>
    </message>
    <message>
        <source>generations</source>
        <translation>世代</translation>
    </message>
    <message>
        <source>Mutation</source>
        <translation>変異</translation>
    </message>
    <message>
        <source>How much one change moves from a block to another at most, as a share of what blocks lose on average.</source>
        <translation>1 回の変異でブロック間を移る最大量。ブロックの平均損失量に対する割合。</translation>
    </message>
    <message>
        <source>Evaluation sequences</source>
        <translation>評価系列</translation>
    </message>
    <message>
        <source>Of the calibration sequences, by whose loss profiles are judged.</source>
        <translation>キャリブレーション系列のうち、その損失で配分を評価するもの。</translation>
    </message>
    <message>
        <source>Recovery steps</source>
        <translation>回復のステップ数</translation>
    </message>
    <message>
        <source>Training of the adapters before a profile is judged, undone afterwards. 0: right after the cut.</source>
        <translation>配分の評価前のアダプターの学習、後で取り消されます。0：切り取り直後。</translation>
    </message>
    <message>
        <source>Block drop</source>
        <translation>ブロック除去</translation>
    </message>
    <message>
        <source>Whole blocks or sub-layers go that matter least, as many as come nearest to the ratio; an ordinary checkpoint with fewer layers.</source>
        <translation>最も重要でないブロックやサブレイヤーを、比率に最も近い数だけ除去します。層の少ない通常のチェックポイントになります。</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>除去する部分</translation>
    </message>
    <message>
        <source>What goes: whole blocks; attention and MLP sub-layers, the same share of both; or those of one kind alone.</source>
        <translation>除去するもの：ブロック全体、アテンションと MLP のサブレイヤーを同じ割合で、または一方のみ。</translation>
    </message>
    <message>
        <source>Sub layers</source>
        <translation>サブレイヤー</translation>
    </message>
    <message>
        <source>Mlp</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>What tells which matter least. Unit: what the plan's unit says, by itself influence for blocks and perplexity for sub-layers, which influence misjudges. Influence: the angle between what goes in and what comes out (ShortGPT). Perplexity: the loss without it. Greedy: the same, measured again after each that goes (SLEB). Taylor: sum of |weight times gradient| over its linears (Shortened LLaMA).</source>
        <translation>最も重要でないものの基準。Unit：プランの単位の設定に従います。既定ではブロックは influence、サブレイヤーは influence では誤るため perplexity です。Influence：入力と出力のなす角（ShortGPT）。Perplexity：それがない場合の損失。Greedy：同じですが、1 つ除去するたびに測定し直します（SLEB）。Taylor：その線形層の |重み×勾配| の和（Shortened LLaMA）。</translation>
    </message>
    <message>
        <source>Influence</source>
        <translation>影響</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>貪欲</translation>
    </message>
    <message>
        <source>Training of the adapters after the cut.</source>
        <translation>切り取り後のアダプターの学習。</translation>
    </message>
    <message>
        <source>Low rank</source>
        <translation>低ランク</translation>
    </message>
    <message>
        <source>Linears become products of two thin ones, at the ranks that lose least of what they say on the calibration text.</source>
        <translation>線形層を 2 つの細い行列の積にします。キャリブレーションテキストで失うものが最小のランクで。</translation>
    </message>
    <message>
        <source>Linears</source>
        <translation>線形層</translation>
    </message>
    <message>
        <source>Which linears of the blocks may be replaced.</source>
        <translation>置き換えてよいブロックの線形層。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>How losses of different linears are compared. Share: of each one's own output energy. Energy: as they are, so that linears with large outputs count more.</source>
        <translation>異なる線形層の損失の比べ方。Share（割合）：各々の出力エネルギーに対して。Energy（エネルギー）：そのまま。出力の大きい線形層がより重くなります。</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>エネルギー</translation>
    </message>
    <message>
        <source>Minimum rank</source>
        <translation>最小ランク</translation>
    </message>
    <message>
        <source>So many ranks stay at least in every linear.</source>
        <translation>各線形層に少なくともこれだけのランクを残します。</translation>
    </message>
    <message>
        <source>ranks</source>
        <translation>ランク</translation>
    </message>
    <message>
        <source>So many blocks at the beginning stay whole.</source>
        <translation>最初のこれだけのブロックは全体を残します。</translation>
    </message>
    <message>
        <source>Structured feed-forward</source>
        <translation>構造化フィードフォワード</translation>
    </message>
    <message>
        <source>Linears of the MLPs become block-diagonal ones with a shuffle between, at the ranks that lose least on the calibration text.</source>
        <translation>MLP の線形層を、間に並べ替えを挟むブロック対角にします。キャリブレーションテキストで失うものが最小のランクで。</translation>
    </message>
    <message>
        <source>Into so many parts each linear's inputs and outputs are divided; those that they do not divide stay whole. 1 is low rank.</source>
        <translation>各線形層の入力と出力をこれだけの部分に分けます。割り切れないものは全体を残します。1 は低ランク。</translation>
    </message>
    <message>
        <source>parts</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>標本数</translation>
    </message>
    <message>
        <source>Ranks of each linear at which it is measured what they lose; between them it is taken to change evenly.</source>
        <translation>各線形層で損失を測るランクの数。その間は一様に変わるとみなします。</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>回の当てはめ</translation>
    </message>
    <message>
        <source>How losses of different linears are compared. Share: of each one's own output energy. Energy: as they are.</source>
        <translation>異なる線形層の損失の比べ方。Share（割合）：各々の出力エネルギーに対して。Energy（エネルギー）：そのまま。</translation>
    </message>
    <message>
        <source>So many blocks at the beginning keep their MLP as it is.</source>
        <translation>最初のこれだけのブロックは MLP をそのまま残します。</translation>
    </message>
    <message>
        <source>Groups with the smallest weights go; a check of other methods rather than a method for language models.</source>
        <translation>重みが最小のグループを除去します。言語モデル用の手法というより、ほかの手法の確認用です。</translation>
    </message>
    <message>
        <source>What is added up over a group's weights: absolute values (l1) or squares (l2).</source>
        <translation>グループの重みについて足すもの：絶対値（l1）または二乗（l2）。</translation>
    </message>
    <message>
        <source>Groups go by lot, drawn by the run's seed: what any other method has to beat.</source>
        <translation>実行のシードによるくじ引きでグループを除去します。ほかの手法が必ず勝つべき相手です。</translation>
    </message>
    <message>
        <source>Dynamic (LoRAShear)</source>
        <translation>動的（LoRAShear）</translation>
    </message>
    <message>
        <source>Every round draws most from the texts on which most was lost, and the best adapters of a phase are kept (paper section 3.5).</source>
        <translation>各ラウンドは最も失われたテキストから最も多く取り、フェーズで最良のアダプターを残します（論文 3.5 節）。</translation>
    </message>
    <message>
        <source>Weighting</source>
        <translation>重み付け</translation>
    </message>
    <message>
        <source>Proportional</source>
        <translation>比例</translation>
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
        <translation>許容ラウンド数</translation>
    </message>
    <message>
        <source>Min gain</source>
        <translation>最小の改善</translation>
    </message>
    <message>
        <source>Static</source>
        <translation>静的</translation>
    </message>
    <message>
        <source>All steps of a phase in one round, with the texts in fixed proportions; the last adapters are kept. For comparison, and for one text.</source>
        <translation>フェーズの全ステップを 1 ラウンドで、テキストの比率は固定。最後のアダプターを残します。比較用、または単一テキスト用。</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>割合</translation>
    </message>
    <message>
        <source>by-size: every sequence of a phase is as likely as any other; even: every text is.</source>
        <translation>by-size（大きさ比例）：フェーズの各系列が同じ確率。even（均等）：各テキストが同じ確率。</translation>
    </message>
    <message>
        <source>By size</source>
        <translation>大きさ比例</translation>
    </message>
    <message>
        <source>Chain of LoRA</source>
        <translation>Chain of LoRA</translation>
    </message>
    <message>
        <source>A phase is a chain: adapters are trained, merged, and fresh ones begin with the learning rate anew. The sum of the links has their summed rank, for the memory of one.</source>
        <translation>フェーズは鎖です：アダプターを学習し、統合し、学習率も新たに次を始めます。環の和は合計のランクを持ち、メモリは 1 つ分です。</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>環の数</translation>
    </message>
    <message>
        <source>Adapters that a phase trains one after another; its steps are shared out evenly.</source>
        <translation>フェーズが順に学習するアダプターの数。ステップは等分されます。</translation>
    </message>
    <message>
        <source>links</source>
        <translation>個の環</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残すもの</translation>
    </message>
    <message>
        <source>best: a link after which the mean loss on what is held out has not fallen is thrown away; last: every link is merged.</source>
        <translation>best（最良）：取り置き分の平均損失が下がらなかった環は捨てます。last（最後）：すべての環を統合します。</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最良</translation>
    </message>
    <message>
        <source>Dynamic batch loading (Sheared-LLaMA)</source>
        <translation>動的バッチ読み込み（Sheared-LLaMA）</translation>
    </message>
    <message>
        <source>Every few steps each text's share of the batches is multiplied by exp(loss - the original model's loss), so that all texts come back together. Shares accumulate over the whole phase.</source>
        <translation>数ステップごとに各テキストのバッチの割合に exp(損失 - 元モデルの損失) を掛け、全テキストが揃って戻るようにします。割合はフェーズ全体で累積します。</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>間隔</translation>
    </message>
    <message>
        <source>Steps between two measurements, each of which changes the shares. The original has 50 while pruning, 400 afterwards.</source>
        <translation>2 回の測定の間のステップ数。測定のたびに割合が変わります。原論文は枝刈り中 50、その後 400。</translation>
    </message>
    <message>
        <source>Shares before the first change. by-size: every sequence of a phase is as likely as any other; even: every text is.</source>
        <translation>最初の変更前の割合。by-size（大きさ比例）：フェーズの各系列が同じ確率。even（均等）：各テキストが同じ確率。</translation>
    </message>
    <message>
        <source>What the excess is multiplied by in the exponent; 0: the shares stay.</source>
        <translation>指数の中で超過分に掛ける値。0：割合は変わりません。</translation>
    </message>
    <message>
        <source>Part of the shares that is always spread evenly, so that no text falls silent. The original has 0.0001, and one text can swallow the mixture.</source>
        <translation>どのテキストも途絶えないように常に均等に配る部分。原論文は 0.0001 で、1 つのテキストが配合を飲み込むことがあります。</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>切り詰め</translation>
    </message>
    <message>
        <source>Whether a text that is better than it was counts as even, as the paper says; the original's code lets it lose its share.</source>
        <translation>以前より良くなったテキストを、論文のように同等とみなすか。原論文のコードでは割合を失います。</translation>
    </message>
    <message>
        <source>Which adapters stay at the end of a phase: those of the best measurement, or the last.</source>
        <translation>フェーズの終わりに残るアダプター：最良の測定のもの、または最後のもの。</translation>
    </message>
    <message>
        <source>Block-wise distillation</source>
        <translation>ブロックごとの蒸留</translation>
    </message>
    <message>
        <source>A phase begins by bringing what every block makes near what the dense model's block makes, each by itself, and goes on with ordinary training. A part that does not lower the mean loss on what is held out is thrown away.</source>
        <translation>フェーズはまず各ブロックの出力を単独で密なモデルのブロックに近づけ、その後通常の学習に移ります。取り置き分の平均損失を下げない部分は捨てます。</translation>
    </message>
    <message>
        <source>Local share</source>
        <translation>ブロック単独の割合</translation>
    </message>
    <message>
        <source>Share of a phase's steps that train the blocks by themselves.</source>
        <translation>フェーズのステップのうち、ブロックを単独で学習する割合。</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>入力</translation>
    </message>
    <message>
        <source>What a block gets to see. own: what the blocks before it make now, so that it also makes good for them; dense: what they make in the dense model.</source>
        <translation>ブロックが見るもの。own（自身）：手前のブロックが現在出すもの。その分も埋め合わせます。dense（元）：密なモデルで出すもの。</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>自身</translation>
    </message>
    <message>
        <source>Unlearning (PruneLoRA)</source>
        <translation>忘却（PruneLoRA）</translation>
    </message>
    <message>
        <source>Makes the model forget some texts: the neurons and KV groups that they need most, compared with the other texts, are set to zero before the first step and stay there; then training mends the model on the other texts alone. The loss is measured on both. The model's size stays.</source>
        <translation>モデルに特定のテキストを忘れさせます。ほかのテキストに比べて最も必要とされるニューロンと KV グループを最初のステップ前にゼロにして保ち、ほかのテキストだけの学習でモデルを直します。損失は両方で測定します。モデルのサイズは変わりません。</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘却</translation>
    </message>
    <message>
        <source>Names of the texts to forget, among the sources of the phases; at least one. They choose what is zeroed and are measured, never trained on. What the texts that stay have in common with them comes back.</source>
        <translation>忘れさせるテキストの名前、フェーズのソースの中から少なくとも 1 つ。ゼロにするものを決め、測定はされますが、学習には使いません。残すテキストと共通の内容は戻ります。</translation>
    </message>
    <message>
        <source>Share of all neurons and KV groups that are set to zero; 0: none, the forget texts are only watched.</source>
        <translation>全ニューロンと KV グループのうちゼロにする割合。0：しない。忘れさせるテキストを見守るだけです。</translation>
    </message>
    <message>
        <source>How a unit's weight for a text is estimated. first: sum of |weight * gradient|; second: by the Fisher diagonal.</source>
        <translation>テキストに対する単位の重みの見積もり方。first（一次）：|重み * 勾配| の和。second（二次）：Fisher の対角による。</translation>
    </message>
    <message>
        <source>Training sequences of every text that the importance is measured on, at most.</source>
        <translation>重要度の測定に使う各テキストの学習系列の最大数。</translation>
    </message>
    <message>
        <source>Which adapters stay at the end of a phase: those of the best measurement on the texts that stay, or the last.</source>
        <translation>フェーズの終わりに残るアダプター：残すテキストでの最良の測定のもの、または最後のもの。</translation>
    </message>
    <message>
        <source>Routed adapters (LoRAMoE)</source>
        <translation>ルーティングアダプター（LoRAMoE）</translation>
    </message>
    <message>
        <source>Every linear gets several adapters and a router that mixes them token by token, some for world knowledge, some for tasks, so that learning one does not wear away the other. No export format holds a router, so a phase ends by merging the adapters with their mean routing weights; its last measurement is of the merged model, and with keep best a merge that has not lowered the loss since the phase began is thrown away. What merging costs is measured on the held-out text and stands in the result (merged: perplexity routed and merged). The recipe's dropout is not used.</source>
        <translation>各線形層に複数のアダプターと、トークンごとに混ぜるルーターを置き、一部は世界知識、一部はタスク用とし、一方の学習が他方をすり減らさないようにします。ルーターを保持できるエクスポート形式はないため、フェーズの終わりに平均ルーティング重みでアダプターを統合します。最後の測定は統合後のモデルのもので、keep が best のとき、フェーズ開始時より損失を下げない統合は捨てます。統合の代償は取り置きテキストで測定し、結果に記します（merged：ルーティング時と統合後のパープレキシティ）。レシピの dropout は使いません。</translation>
    </message>
    <message>
        <source>Adapters on every linear. The original has 8.</source>
        <translation>各線形層のアダプターの数。原論文は 8。</translation>
    </message>
    <message>
        <source>adapters</source>
        <translation>個のアダプター</translation>
    </message>
    <message>
        <source>World experts</source>
        <translation>世界知識のエキスパート</translation>
    </message>
    <message>
        <source>How many of them are for world knowledge; fewer than experts. The others are for tasks.</source>
        <translation>そのうち世界知識用の数。エキスパートの総数より少なく。残りはタスク用です。</translation>
    </message>
    <message>
        <source>Rank of each adapter; 0: the recipe's rank shared out among them, at least 1. The original has 4.</source>
        <translation>各アダプターのランク。0：レシピのランクを分け合い、少なくとも 1。原論文は 4。</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>タスク</translation>
    </message>
    <message>
        <source>Names of the texts that are tasks; the others are world knowledge. Empty: the texts of phases called instruct.</source>
        <translation>タスクとするテキストの名前。ほかは世界知識。空：instruct という名のフェーズのテキスト。</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Weight of the balancing loss, which shares the work out evenly on each side. 0, as in the original's script: none.</source>
        <translation>各側の中で仕事を均等に分ける均衡損失の重み。0（元のスクリプトと同じ）：なし。</translation>
    </message>
    <message>
        <source>Delta</source>
        <translation>デルタ</translation>
    </message>
    <message>
        <source>How far apart the sides are kept: balanced, an adapter works (1 + delta) / (1 - delta) times as much for texts of its own side. 0, as in the original's script: no sides.</source>
        <translation>両側をどれだけ離すか：均衡後、アダプターは自分の側のテキストに (1 + delta) / (1 - delta) 倍働きます。0（元のスクリプトと同じ）：側を分けません。</translation>
    </message>
    <message>
        <source>Merge sequences</source>
        <translation>統合用の系列</translation>
    </message>
    <message>
        <source>Training sequences of every text that the mean routing weights are taken over, at most.</source>
        <translation>平均ルーティング重みを取る各テキストの学習系列の最大数。</translation>
    </message>
    <message>
        <source>Which adapters and routers are merged at the end of a phase: those of the best measurement, or the last.</source>
        <translation>フェーズの終わりに統合するアダプターとルーター：最良の測定のもの、または最後のもの。</translation>
    </message>
    <message>
        <source>Full fine-tuning</source>
        <translation>全体ファインチューニング</translation>
    </message>
    <message>
        <source>Every weight is trained, embeddings and norms included, and no adapters. Takes 20 bytes of memory for each weight (value, gradient, two moments, the best state, all in fp32) and what the activations need on top; a run that has not got them is refused before it begins. There is no recovery adapter afterwards.</source>
        <translation>埋め込みと正規化層を含むすべての重みを、アダプターなしで学習します。重みごとに 20 バイト（値、勾配、2 つのモーメント、最良の状態、すべて fp32）と活性の分のメモリが必要で、足りない実行は開始前に拒否されます。回復アダプターは残りません。</translation>
    </message>
    <message>
        <source>Rate scale</source>
        <translation>学習率の倍率</translation>
    </message>
    <message>
        <source>The learning rate is the recipe's times this: all weights at once bear less than adapters do. Too high a rate, or instructions alone, wear away what the model knew; a low rate and plain text beside them keep it.</source>
        <translation>学習率はレシピの値のこの倍数：全重みを同時に学習する場合、アダプターより低い率しか耐えられません。高すぎる率や指示だけの学習はモデルの知識をすり減らし、低い率と平文テキストの併用はそれを保ちます。</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>メモリの上限</translation>
    </message>
    <message>
        <source>Memory that training may take; 0: what is free on this machine when the run begins.</source>
        <translation>学習が使ってよいメモリ。0：実行開始時にこのマシンで空いている量。</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>Which weights stay at the end of a phase: those of the best measurement, or the last.</source>
        <translation>フェーズの終わりに残る重み：最良の測定のもの、または最後のもの。</translation>
    </message>
    <message>
        <source>transformers 4</source>
        <translation>transformers 4</translation>
    </message>
    <message>
        <source>the family is not one that we write for it</source>
        <translation>このファミリーはこちらで書き出していません</translation>
    </message>
    <message>
        <source>its own classes build attention in every layer; our modelling file leaves it out</source>
        <translation>独自のクラスは全層にアテンションを作ります。こちらのモデリングファイルは省きます</translation>
    </message>
    <message>
        <source>layers without attention need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>アテンションのない層にはこちらのモデリングファイルが必要ですが、gpt2、gpt_neox、opt には対応していません</translation>
    </message>
    <message>
        <source>its own classes build an MLP in every layer; our modelling file leaves it out</source>
        <translation>独自のクラスは全層に MLP を作ります。こちらのモデリングファイルは省きます</translation>
    </message>
    <message>
        <source>layers without an MLP need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>MLP のない層にはこちらのモデリングファイルが必要ですが、gpt2、gpt_neox、opt には対応していません</translation>
    </message>
    <message>
        <source>its own classes have no factored linears; merged exports have none</source>
        <translation>独自のクラスに分解した線形層はありません。統合したエクスポートにもありません</translation>
    </message>
    <message>
        <source>factored linears need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>分解した線形層にはこちらのモデリングファイルが必要ですが、gpt2、gpt_neox、opt には対応していません</translation>
    </message>
    <message>
        <source>its own classes build every layer from one set of numbers</source>
        <translation>独自のクラスは 1 組の数値から全層を作ります</translation>
    </message>
    <message>
        <source>layers of different size need our modelling file, which does not cover gpt2, gpt_neox and opt</source>
        <translation>大きさの異なる層にはこちらのモデリングファイルが必要ですが、gpt2、gpt_neox、opt には対応していません</translation>
    </message>
    <message>
        <source>query heads must be a multiple of key/value heads</source>
        <translation>クエリヘッド数はキー/バリューヘッド数の倍数でなければなりません</translation>
    </message>
    <message>
        <source>the size of a head is hidden size over heads in this family, so no head may go</source>
        <translation>このファミリーではヘッドの大きさは隠れ次元 ÷ ヘッド数なので、ヘッドは除去できません</translation>
    </message>
    <message>
        <source>the size of a head is hidden size over heads in this family, so hidden width and heads stay</source>
        <translation>このファミリーではヘッドの大きさは隠れ次元 ÷ ヘッド数なので、隠れ次元とヘッドは残ります</translation>
    </message>
    <message>
        <source>its class has one rope_theta for all layers, so those with a window would see other positions, without a word</source>
        <translation>クラスの rope_theta が全層で 1 つなので、ウィンドウ付きの層が黙って別の位置を見ます</translation>
    </message>
    <message>
        <source>it reads the number of experts from num_experts and takes 128 where transformers 5 saved another name; an export has both</source>
        <translation>エキスパートの数を num_experts から読み、transformers 5 が別の名前で保存した場合は 128 とみなします。エクスポートには両方があります</translation>
    </message>
    <message>
        <source>its config class counts the factors of longrope by hidden size over heads in this family, so no head may go</source>
        <translation>設定クラスがこのファミリーの longrope の係数の数を隠れ次元 ÷ ヘッド数で数えるので、ヘッドは除去できません</translation>
    </message>
    <message>
        <source>transformers 5</source>
        <translation>transformers 5</translation>
    </message>
    <message>
        <source>it multiplies the experts of a layer in one grouped product, whose rows must be whole 16 bytes: multiples of 8 in 16-bit files, of 4 in 32-bit ones</source>
        <translation>層のエキスパートを 1 回のグループ化積で計算し、行は 16 バイトの倍数でなければなりません（16 ビットのファイルでは 8 の倍数、32 ビットでは 4 の倍数）</translation>
    </message>
    <message>
        <source>its config class refuses head counts that do not divide the hidden size</source>
        <translation>設定クラスが、隠れ次元を割り切らないヘッド数を拒否します</translation>
    </message>
    <message>
        <source>its class takes the hidden size for the width of the norms of queries and keys</source>
        <translation>クラスがクエリとキーの正規化の幅を隠れ次元とみなします</translation>
    </message>
    <message>
        <source>vLLM</source>
        <translation>vLLM</translation>
    </message>
    <message>
        <source>every layer needs attention heads</source>
        <translation>全層にアテンションヘッドが必要です</translation>
    </message>
    <message>
        <source>every layer needs an MLP</source>
        <translation>全層に MLP が必要です</translation>
    </message>
    <message>
        <source>it has no factored linears; merged exports have none</source>
        <translation>分解した線形層がありません。統合したエクスポートにもありません</translation>
    </message>
    <message>
        <source>it reads the config through transformers, whose version 5 refuses head counts that do not divide the hidden size</source>
        <translation>設定を transformers で読み、その第 5 版は隠れ次元を割り切らないヘッド数を拒否します</translation>
    </message>
    <message>
        <source>llama.cpp, equal layers</source>
        <translation>llama.cpp、等しい層</translation>
    </message>
    <message>
        <source>our GGUF writer covers llama, mistral, qwen2, qwen3, gemma2, gemma3_text, phi3, gpt2, gpt_neox, mixtral, qwen3_moe, olmoe</source>
        <translation>こちらの GGUF 書き出しは llama、mistral、qwen2、qwen3、gemma2、gemma3_text、phi3、gpt2、gpt_neox、mixtral、qwen3_moe、olmoe に対応しています</translation>
    </message>
    <message>
        <source>its architectures llama, deci, qwen2, qwen3 and qwen3moe have no sliding window, and that of phi3 is switched off</source>
        <translation>アーキテクチャ llama、deci、qwen2、qwen3、qwen3moe にはスライディングウィンドウがなく、phi3 のものは無効です</translation>
    </message>
    <message>
        <source>its architectures count blocks without a window at equal distances, and windows have one length</source>
        <translation>そのアーキテクチャは窓のないブロックを等間隔で数え、窓の長さは一つだけです</translation>
    </message>
    <message>
        <source>our GGUF writer covers rotary positions of the types default, linear and llama3</source>
        <translation>こちらの GGUF 書き出しは default、linear、llama3 の回転位置符号化に対応しています</translation>
    </message>
    <message>
        <source>rotary positions need an even head size</source>
        <translation>回転位置符号化にはヘッドの大きさが偶数であることが必要です</translation>
    </message>
    <message>
        <source>a layer without heads means something else to it</source>
        <translation>ヘッドのない層は別の意味になります</translation>
    </message>
    <message>
        <source>a layer without MLP is skipped whole</source>
        <translation>MLP のない層は丸ごと飛ばされます</translation>
    </message>
    <message>
        <source>it wants heads times head size to be the hidden size for this family; our writer fills heads up with zeros</source>
        <translation>このファミリーでは ヘッド数 × ヘッドの大きさ が隠れ次元である必要があり、こちらの書き出しはヘッドをゼロで補います</translation>
    </message>
    <message>
        <source>its architecture olmoe wants queries and keys of the hidden size, with norms over all of it, so that zeros do not help</source>
        <translation>アーキテクチャ olmoe はクエリとキーの幅が隠れ次元と等しいことを求め、その全体を正規化するため、ゼロで補うことはできません</translation>
    </message>
    <message>
        <source>its architecture olmoe does not clip queries, keys and values</source>
        <translation>アーキテクチャ olmoe はクエリ、キー、バリューをクリップしません</translation>
    </message>
    <message>
        <source>its architecture qwen3moe divides the weights of a token's experts by their sum</source>
        <translation>アーキテクチャ qwen3moe はトークンのエキスパートの重みをその和で割ります</translation>
    </message>
    <message>
        <source>its architecture olmoe does not divide the weights of a token's experts by their sum</source>
        <translation>アーキテクチャ olmoe はトークンのエキスパートの重みをその和で割りません</translation>
    </message>
    <message>
        <source>its architecture qwen3moe has experts in every layer</source>
        <translation>アーキテクチャ qwen3moe はすべての層にエキスパートを持ちます</translation>
    </message>
    <message>
        <source>it takes the sizes of layer 0 for all layers; the architecture deci does not, and our writer fills the layers of other families up with zeros, but adds no expert</source>
        <translation>第 0 層の大きさを全層に使います。deci アーキテクチャは違い、ほかのファミリーではこちらの書き出しが層をゼロで補いますが、エキスパートは加えません</translation>
    </message>
    <message>
        <source>Q8_0 and Q4_0 quantise rows in blocks of 32; other rows stay in a wider type</source>
        <translation>Q8_0 と Q4_0 は行を 32 個ずつ量子化します。ほかの行はより広い型のままです</translation>
    </message>
    <message>
        <source>llama.cpp, layers of any size (deci)</source>
        <translation>llama.cpp、層の大きさは自由（deci）</translation>
    </message>
    <message>
        <source>our GGUF writer uses it for the families whose maths is Llama's: llama, mistral, qwen2, phi3</source>
        <translation>こちらの GGUF 書き出しは、数式が Llama と同じファミリーに使います：llama、mistral、qwen2、phi3</translation>
    </message>
    <message>
        <source>its architectures llama, deci, qwen2 and qwen3 have no sliding window, and that of phi3 is switched off</source>
        <translation>アーキテクチャ llama、deci、qwen2、qwen3 にはスライディングウィンドウがなく、phi3 のものは無効です</translation>
    </message>
    <message>
        <source>it reads at most 512 layers</source>
        <translation>最大 512 層を読みます</translation>
    </message>
    <message>
        <source>PEFT</source>
        <translation>PEFT</translation>
    </message>
    <message>
        <source>The window in two minutes</source>
        <translation>2 分でわかるウィンドウ</translation>
    </message>
    <message>
        <source>Where things are, from opening a model to taking the result elsewhere.</source>
        <translation>モデルを開いてから結果を持ち出すまで、何がどこにあるか。</translation>
    </message>
    <message>
        <source>The work, from top to bottom</source>
        <translation>作業の流れ、上から下へ</translation>
    </message>
    <message>
        <source>Each entry is one stage: open a model, look at it, measure what it knows, plan, run, compare, export.</source>
        <translation>各項目が 1 つのステージです：モデルを開く、見る、何を知っているか測る、プランを立てる、実行する、比較する、エクスポートする。</translation>
    </message>
    <message>
        <source>A tick says done, a dot that something has changed since, a padlock that an earlier stage comes first. Ctrl+1 to Ctrl+9 go there.</source>
        <translation>チェックは完了、丸はその後に変更あり、錠前は前のステージが先という意味です。Ctrl+1～Ctrl+9 で移動できます。</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>モデルを開く</translation>
    </message>
    <message>
        <source>The bundled model is small and real: everything can be tried on it in minutes. Your own is a folder or a GGUF file, dropped anywhere on this window.</source>
        <translation>同梱モデルは小さいながら本物で、何でも数分で試せます。自分のモデルはフォルダーか GGUF ファイルで、このウィンドウのどこにでもドロップできます。</translation>
    </message>
    <message>
        <source>What is in it</source>
        <translation>中にあるもの</translation>
    </message>
    <message>
        <source>{model.name} has {model.parameters} parameters. This is its forward pass as it was traced, folded by block: {model.operators} operators.</source>
        <translation>{model.name} には {model.parameters} パラメータがあります。これはトレースした順伝播をブロックごとに折りたたんだものです：演算子 {model.operators} 個。</translation>
    </message>
    <message>
        <source>Enter opens a block, Backspace closes it, / searches.</source>
        <translation>Enter でブロックを開き、Backspace で閉じ、/ で検索します。</translation>
    </message>
    <message>
        <source>Where it keeps what it knows</source>
        <translation>知識のありか</translation>
    </message>
    <message>
        <source>Analyse masks one part after the other and measures how much worse the model predicts a text. What tells most can be kept whole.</source>
        <translation>「解析」は部分を順にマスクし、テキストの予測がどれだけ悪くなるかを測ります。影響の最も大きい部分は全体を残せます。</translation>
    </message>
    <message>
        <source>This takes a while and can be left out.</source>
        <translation>時間がかかるので、省略してもかまいません。</translation>
    </message>
    <message>
        <source>How much goes</source>
        <translation>どれだけ除去するか</translation>
    </message>
    <message>
        <source>The plan answers at once: {plan.share} of the parameters, in {plan.groups} groups. Every edit can be undone.</source>
        <translation>プランはすぐに答えます：{plan.groups} グループ、パラメータの {plan.share}。編集はすべて元に戻せます。</translation>
    </message>
    <message>
        <source>Who can open the result</source>
        <translation>結果を開けるプログラム</translation>
    </message>
    <message>
        <source>Not every program opens every shape. This line says it before anything is run.</source>
        <translation>どのプログラムもすべての形を開けるわけではありません。実行する前に、この行でわかります。</translation>
    </message>
    <message>
        <source>The run</source>
        <translation>実行</translation>
    </message>
    <message>
        <source>Start run trains, lets groups fade to zero, cuts them, and trains again. It can be paused, cancelled, gone on with, and branched from a checkpoint.</source>
        <translation>「実行を開始」は学習し、グループをゼロまで減衰させ、切り取り、再び学習します。一時停止、キャンセル、続行、チェックポイントからの分岐ができます。</translation>
    </message>
    <message>
        <source>What you see here is what its folder on the disk says: nothing is lost with the window.</source>
        <translation>ここに見えるのはディスク上のフォルダーの内容です。ウィンドウを閉じても何も失われません。</translation>
    </message>
    <message>
        <source>Sizes, speed, perplexity and two texts beside each other, measured on this machine.</source>
        <translation>サイズ、速度、パープレキシティ、2 つのテキストを並べます。すべてこのマシンで測定します。</translation>
    </message>
    <message>
        <source>Take it elsewhere</source>
        <translation>持ち出す</translation>
    </message>
    <message>
        <source>Every format with its size, the programs that open it, and a certificate that the file computes what the model here computes.</source>
        <translation>各形式のサイズ、開けるプログラム、そしてファイルがここのモデルと同じ計算をすることの証明書。</translation>
    </message>
    <message>
        <source>Always in sight</source>
        <translation>いつも見えるもの</translation>
    </message>
    <message>
        <source>Down here stands what the engine is doing, and how long it will take. Ctrl+Shift+P finds everything that can be done by a part of its name; F1 is the manual.</source>
        <translation>下には、エンジンが何をしていて、あとどのくらいかかるかが出ます。Ctrl+Shift+P は名前の一部からあらゆる操作を探します。F1 はマニュアルです。</translation>
    </message>
    <message>
        <source>Lesson 1: what a node group is</source>
        <translation>レッスン 1：ノードグループとは</translation>
    </message>
    <message>
        <source>Why a neuron or a head is never removed from one matrix alone.</source>
        <translation>ニューロンやヘッドを 1 つの行列だけから除去しない理由。</translation>
    </message>
    <message>
        <source>A model to look at</source>
        <translation>見るためのモデル</translation>
    </message>
    <message>
        <source>Any model does. The bundled one tells children's stories and opens in a second.</source>
        <translation>どのモデルでもかまいません。同梱モデルは子ども向けの物語を語り、1 秒で開きます。</translation>
    </message>
    <message>
        <source>Boxes that feed each other</source>
        <translation>つながり合うボックス</translation>
    </message>
    <message>
        <source>Every box is a part of the forward pass of {model.name}, traced once on a few tokens: {model.operators} operators, folded by block.</source>
        <translation>各ボックスは {model.name} の順伝播の一部で、数トークンで一度トレースしたものです：演算子 {model.operators} 個、ブロックごとに折りたたみ。</translation>
    </message>
    <message>
        <source>Suppose one neuron of a block is to go. Which numbers of which matrices are that neuron?</source>
        <translation>あるブロックのニューロンを 1 つ除くとします。どの行列のどの数値がそのニューロンでしょうか？</translation>
    </message>
    <message>
        <source>Choose a part</source>
        <translation>部分を選ぶ</translation>
    </message>
    <message>
        <source>Click on a block, or open one with Enter and click on an operator. What can only be cut together with it is lit, the rest dimmed.</source>
        <translation>ブロックをクリックするか、Enter で開いて演算子をクリックします。一緒にしか切り取れないものが明るくなり、残りは暗くなります。</translation>
    </message>
    <message>
        <source>A node group</source>
        <translation>ノードグループ</translation>
    </message>
    <message>
        <source>{chosen.name} is a node group: {chosen.groups}, all of one shape.</source>
        <translation>{chosen.name} はノードグループです：{chosen.groups}、すべて同じ形です。</translation>
    </message>
    <message>
        <source>Take one of them. The matrix that makes it loses a row, the matrix that reads it loses a column, and so does everything between. One cut without the other leaves matrices that can no longer be multiplied.</source>
        <translation>その 1 つを取ると、それを作る行列は 1 行、それを読む行列は 1 列を失い、間にあるものも同様です。片方だけ切ると、もう掛け合わせられない行列が残ります。</translation>
    </message>
    <message>
        <source>What one of them is made of</source>
        <translation>1 つは何からできているか</translation>
    </message>
    <message>
        <source>Each line is a tensor and the part of it that goes with one group: {chosen.tensors} tensors, {chosen.parameters} parameters for each group.</source>
        <translation>各行は、テンソルと、その中で 1 グループに属する部分です：テンソル {chosen.tensors} 個、1 グループあたり {chosen.parameters} パラメータ。</translation>
    </message>
    <message>
        <source>Nobody wrote this list. It follows from the trace: whatever lies on the way between the rows that make a number and the columns that use it belongs together.</source>
        <translation>この一覧は誰かが書いたものではなく、トレースから導かれます。数値を作る行からそれを使う列までの途中にあるものは、すべてひとまとまりです。</translation>
    </message>
    <message>
        <source>The unit of pruning</source>
        <translation>枝刈りの単位</translation>
    </message>
    <message>
        <source>So a plan counts in groups. This one takes {plan.groups} of them, {plan.share} of all parameters, from {model.nodegroups} node groups; the hatched part of each bar goes.</source>
        <translation>だからプランはグループで数えます。このプランは {model.nodegroups} ノードグループから {plan.groups} グループ、全パラメータの {plan.share} を除去します。各バーの斜線部分が除去されます。</translation>
    </message>
    <message>
        <source>A padlock keeps a whole node group. What is left is an ordinary, smaller model: nothing in it is masked or sparse.</source>
        <translation>錠前はノードグループ全体を残します。残るのは普通の、小さくなったモデルで、マスクもスパースな部分もありません。</translation>
    </message>
    <message>
        <source>Lesson 2: why half-space projection</source>
        <translation>レッスン 2：なぜ半空間射影か</translation>
    </message>
    <message>
        <source>What is gained by letting groups fade during training instead of cutting them at once.</source>
        <translation>一度に切り取らず、学習中に減衰させると何が得られるか。</translation>
    </message>
    <message>
        <source>A model to prune</source>
        <translation>枝刈りするモデル</translation>
    </message>
    <message>
        <source>With the bundled model this lesson takes a few minutes, most of them while the run goes on.</source>
        <translation>同梱モデルなら数分のレッスンで、ほとんどは実行の時間です。</translation>
    </message>
    <message>
        <source>These groups shall go</source>
        <translation>これらのグループを除去します</translation>
    </message>
    <message>
        <source>The plan takes {plan.groups} groups, {plan.share} of the parameters. The simplest way would be to cut them now.</source>
        <translation>プランは {plan.groups} グループ、パラメータの {plan.share} を除去します。最も単純なのは、今すぐ切り取ることです。</translation>
    </message>
    <message>
        <source>Cut at once</source>
        <translation>一度に切り取る</translation>
    </message>
    <message>
        <source>The idle engine masks exactly these groups and measures, without any training.</source>
        <translation>空いているエンジンがちょうどこれらのグループをマスクし、学習せずに測定します。</translation>
    </message>
    <message>
        <source>Original: perplexity {original.perplexity}. With the groups gone: {atonce.perplexity}, which is {atonce.worse}.</source>
        <translation>元モデル：パープレキシティ {original.perplexity}。グループなし：{atonce.perplexity}、つまり {atonce.worse}。</translation>
    </message>
    <message>
        <source>Everything that the groups had said is missing, and nothing else has learnt to say it.</source>
        <translation>グループが語っていたことはすべて失われ、代わりに語ることを学んだものはまだありません。</translation>
    </message>
    <message>
        <source>Fade instead</source>
        <translation>代わりに減衰させる</translation>
    </message>
    <message>
        <source>A run first trains small adapters as they are (warm-up). Then, period by period, it names a few more groups redundant, and at every training step makes them a little smaller.</source>
        <translation>実行はまず小さなアダプターをそのまま学習します（ウォームアップ）。その後、周期ごとにさらにいくつかのグループを冗長とし、学習ステップのたびに少しずつ小さくします。</translation>
    </message>
    <message>
        <source>So while they fade the training goes on, and the other groups learn to do their part.</source>
        <translation>減衰している間も学習は続き、ほかのグループがその役割を学びます。</translation>
    </message>
    <message>
        <source>Start it</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>The plan stays as it is. Nothing is lost if the run is cancelled: it goes on from its last checkpoint.</source>
        <translation>プランはそのままです。実行をキャンセルしても何も失われません。最後のチェックポイントから続きます。</translation>
    </message>
    <message>
        <source>Exactly zero</source>
        <translation>正確にゼロ</translation>
    </message>
    <message>
        <source>Small is not zero: a penalty alone leaves many tiny numbers, and cutting those still changes the model. Here is the half-space.</source>
        <translation>小さいことはゼロではありません。罰則だけでは小さな数が多く残り、それを切り取るとやはりモデルが変わります。そこで半空間の出番です。</translation>
    </message>
    <message>
        <source>Before each step a fading group points somewhere: x. After the step it is x'. As long as x' lies in the half-space around x, on the same side of the plane through the origin, it goes on fading. When it would cross to the other side, or its time is up, it is set to zero, exactly, and stays there.</source>
        <translation>各ステップの前、減衰中のグループはある方向を指しています：x。ステップの後は x' です。x' が x の周りの半空間、つまり原点を通る平面の同じ側にある限り、減衰を続けます。反対側へ越えようとするか時間が来ると、正確にゼロにされ、そのままになります。</translation>
    </message>
    <message>
        <source>At step {run.step}, {run.zero} groups are at zero.</source>
        <translation>ステップ {run.step} で、{run.zero} グループがゼロです。</translation>
    </message>
    <message>
        <source>Meanwhile</source>
        <translation>その間に</translation>
    </message>
    <message>
        <source>The curve is the training loss, in nats per token: {run.loss} now. A bump is a period that took something away; the slope after it is the others learning to do without.</source>
        <translation>曲線は学習損失（nat/トークン）で、現在 {run.loss} です。こぶは何かを取り去った周期、その後の下り坂は残りがそれなしで済むことを学ぶ過程です。</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>終わりまで</translation>
    </message>
    <message>
        <source>When all chosen groups are zero they are cut out. Since they were exactly zero, the smaller model computes what the large one computed: the cut itself costs nothing.</source>
        <translation>選ばれたグループがすべてゼロになると切り取られます。正確にゼロだったので、小さなモデルは大きなモデルと同じ計算をします。切り取り自体に代償はありません。</translation>
    </message>
    <message>
        <source>Then the small model is trained a little more (recovery). That is the next lesson.</source>
        <translation>その後、小さなモデルをもう少し学習します（回復）。それが次のレッスンです。</translation>
    </message>
    <message>
        <source>At once, or by and by</source>
        <translation>一度に、それとも少しずつ</translation>
    </message>
    <message>
        <source>Cut at once, before any training: {atonce.worse} against its original. Faded, then cut, before recovery: {run.pruned.worse} (perplexity {run.pruned} against {run.original} on {run.text}).</source>
        <translation>学習前に一度に切り取り：元モデル比 {atonce.worse}。減衰させてから切り取り、回復前：{run.pruned.worse}（{run.text} でパープレキシティ {run.pruned} 対 {run.original}）。</translation>
    </message>
    <message>
        <source>The first was measured on the analysis text, the second on the evaluation text, each against the original on the same text. Part of the difference is the training as such, part the fading: a run with another method and the same number of steps tells them apart.</source>
        <translation>前者は解析テキスト、後者は評価テキストで測定し、いずれも同じテキストでの元モデルと比べています。差の一部は学習そのもの、一部は減衰によるものです。別の手法で同じステップ数の実行をすれば区別できます。</translation>
    </message>
    <message>
        <source>Lesson 3: why recovery data matters</source>
        <translation>レッスン 3：回復データが大切な理由</translation>
    </message>
    <message>
        <source>The same pruned model, trained again on two different texts.</source>
        <translation>同じ枝刈り後のモデルを、2 つの異なるテキストで再び学習します。</translation>
    </message>
    <message>
        <source>A model that knows one thing</source>
        <translation>1 つのことだけを知るモデル</translation>
    </message>
    <message>
        <source>Two short runs, everything equal but one thing: the text on which the pruned model is trained again.</source>
        <translation>1 点を除いてすべて同じ、2 回の短い実行です。異なるのは、枝刈り後のモデルを再び学習させるテキストです。</translation>
    </message>
    <message>
        <source>What reads what</source>
        <translation>何が何を読むか</translation>
    </message>
    <message>
        <source>Each line is a use of a text. Recovery reads {recovery.text} now. The last lines are held out: nothing is trained on them, everything is measured on them.</source>
        <translation>各行がテキストの 1 つの用途です。回復はいま {recovery.text} を読みます。最後の数行は取り置きで、学習には使わず、すべての測定に使います。</translation>
    </message>
    <message>
        <source>The first run</source>
        <translation>最初の実行</translation>
    </message>
    <message>
        <source>It prunes, then recovers on {recovery.text}.</source>
        <translation>枝刈りし、その後 {recovery.text} で回復します。</translation>
    </message>
    <message>
        <source>Wait for it</source>
        <translation>お待ちください</translation>
    </message>
    <message>
        <source>Watch the perplexity at checkpoints: up while groups go, down while the rest recovers.</source>
        <translation>チェックポイントごとのパープレキシティを見てください。グループが除去される間は上がり、残りが回復する間は下がります。</translation>
    </message>
    <message>
        <source>Recovered on {first.text}</source>
        <translation>{first.text} で回復</translation>
    </message>
    <message>
        <source>On {first.measured}: original {first.original}, pruned {first.pruned}, recovered {first.recovered}.</source>
        <translation>{first.measured} で：元モデル {first.original}、枝刈り後 {first.pruned}、回復後 {first.recovered}。</translation>
    </message>
    <message>
        <source>Now another text</source>
        <translation>次は別のテキスト</translation>
    </message>
    <message>
        <source>Choose another text for the recovery, or let the window do it: it takes the other of the two that ship. At the end of the lesson the recipe is what it was.</source>
        <translation>回復に別のテキストを選ぶか、ウィンドウに任せてください。同梱の 2 つのうちもう一方を使います。レッスンが終わるとレシピは元に戻ります。</translation>
    </message>
    <message>
        <source>The second run</source>
        <translation>2 回目の実行</translation>
    </message>
    <message>
        <source>Same model, same plan, same seed, same number of steps; recovery on {recovery.text}.</source>
        <translation>同じモデル、プラン、シード、ステップ数。{recovery.text} で回復します。</translation>
    </message>
    <message>
        <source>Wait again</source>
        <translation>もう一度お待ちください</translation>
    </message>
    <message>
        <source>The pruning half of both runs is the same. Only what comes after it can differ.</source>
        <translation>枝刈りの部分は両方の実行で同じです。異なり得るのはその後だけです。</translation>
    </message>
    <message>
        <source>Two recoveries</source>
        <translation>2 つの回復</translation>
    </message>
    <message>
        <source>On {first.measured}, pruned {first.pruned}.</source>
        <translation>{first.measured} で、枝刈り後は {first.pruned}。</translation>
    </message>
    <message>
        <source>Recovered on {first.text}: {first.recovered}. Recovered on {second.text}: {second.recovered}.</source>
        <translation>{first.text} で回復：{first.recovered}。{second.text} で回復：{second.recovered}。</translation>
    </message>
    <message>
        <source>What was lost comes back from texts that contain it. A text of another kind teaches other things, and may take away more of what was left. That is why LoRAShear mixes its sources by how much the pruned model has lost on each.</source>
        <translation>失われたものは、それを含むテキストから戻ります。別種のテキストは別のことを教え、残っていたものをさらに奪うこともあります。だから LoRAShear は、枝刈り後のモデルが各テキストでどれだけ失ったかに応じて配合を決めます。</translation>
    </message>
    <message>
        <source>Both beside each other</source>
        <translation>両方を並べて</translation>
    </message>
    <message>
        <source>The two runs are in the list; choose both to lay their curves over each other. When the lesson ends, the recipe is again what it was.</source>
        <translation>2 つの実行は一覧にあります。両方を選ぶと曲線が重なります。レッスンが終わるとレシピは元に戻ります。</translation>
    </message>
</context>
</TS>
