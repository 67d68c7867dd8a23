shopt -s extglob
case foo in
  @(foo|bar)) echo yes ;;
esac
