class Hotload < Formula
  desc "Reloader for Pythons you cannot change"
  homepage "@HOME@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@DOWNLOADS@/hotload-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:hotload-@VERSION@-aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@DOWNLOADS@/hotload-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:hotload-@VERSION@-x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@DOWNLOADS@/hotload-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:hotload-@VERSION@-aarch64-unknown-linux-gnu.tar.gz@"
    end
    on_intel do
      url "@DOWNLOADS@/hotload-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:hotload-@VERSION@-x86_64-unknown-linux-gnu.tar.gz@"
    end
  end

  def install
    bin.install "hotload"
    man1.install "man/hotload.1"
    bash_completion.install "completions/hotload.bash" => "hotload"
    zsh_completion.install "completions/_hotload"
    fish_completion.install "completions/hotload.fish"
    pkgshare.install "hotload.py", "editors"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/hotload --version")
  end
end
